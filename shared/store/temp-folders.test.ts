import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeFolder } from './remove-folder.ts';

test('a process that exits in the middle of something leaves nothing of it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'dema-temp-'));
  const program = `
    import { writeFileSync } from 'node:fs';
    import { openStore } from '${join(import.meta.dirname, 'store.ts')}';
    const store = await openStore('${root}');
    void store.putBlob((async function* () { yield Buffer.from('a'); await new Promise(() => undefined); })());
    await store.withTempFolder(async (folder) => {
      writeFileSync(folder + '/file', '');
      setTimeout(() => process.exit(0), 50);
      await new Promise(() => undefined);
    });`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program]);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
  await removeFolder(root);
});
