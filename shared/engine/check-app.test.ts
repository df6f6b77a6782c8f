import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkApp } from './with-session.ts';

const root = mkdtempSync(join(tmpdir(), 'dema-test-'));
const isRoot = process.getuid?.() === 0;

afterAll(() => rm(root, { recursive: true, force: true }));

test('a folder that cannot be read is no error of ours', async () => {
  const [loop, file, closed] = ['loop', 'file', 'closed'].map((name) => join(root, name)) as [string, string, string];
  await symlink(loop, loop);
  await writeFile(file, '');
  await mkdir(closed, { mode: 0 });
  await expect(checkApp(loop)).rejects.toMatchObject({ code: 'ENGINE_APP_FOLDER_UNREADABLE', exitCode: 3 });
  await expect(checkApp(file)).rejects.toMatchObject({ code: 'ENGINE_APP_NOT_FOLDER' });
  await expect(checkApp(join(file, 'app'))).rejects.toMatchObject({ code: 'ENGINE_APP_MISSING' });
  const code = isRoot ? 'ENGINE_APP_EMPTY' : 'ENGINE_APP_FOLDER_UNREADABLE';
  await expect(checkApp(closed)).rejects.toMatchObject({ code });
  await chmod(closed, 0o700);
});
