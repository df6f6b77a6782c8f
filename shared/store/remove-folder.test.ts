import { chmod, mkdir, mkdtemp, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeFolder } from './index.ts';

test('folders without the right to write or read go, and what links lead to stays', async () => {
  const root = await mkdtemp(join(tmpdir(), 'remove-'));
  await mkdir(join(root, 'tree/one/two'), { recursive: true });
  await mkdir(join(root, 'outside'));
  await writeFile(join(root, 'outside/file'), 'kept');
  await chmod(join(root, 'outside'), 0o555);
  await symlink('../../outside', join(root, 'tree/one/link'));
  await writeFile(join(root, 'tree/one/two/file'), '');
  await chmod(join(root, 'tree/one/two'), 0o000);
  await chmod(join(root, 'tree/one'), 0o555);
  await removeFolder(join(root, 'tree'));
  await expect(stat(join(root, 'tree'))).rejects.toThrow();
  expect(await readFile(join(root, 'outside/file'), 'utf8')).toBe('kept');
  expect((await stat(join(root, 'outside'))).mode & 0o777).toBe(0o555);
  await removeFolder(root);
});

test('what is not there needs no removing', async () => {
  await removeFolder(join(tmpdir(), 'was-never-there'));
});
