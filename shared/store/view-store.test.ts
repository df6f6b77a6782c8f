import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, viewStore } from './index.ts';

test('a view reads what the store holds and makes nothing', async () => {
  const root = await mkdtemp(join(tmpdir(), 'dema-view-'));
  try {
    const empty = viewStore(join(root, 'none'));
    expect(await empty.hasBlob(`sha256:${'0'.repeat(64)}`)).toBe(false);
    expect(await empty.readRecord('kind', 'key')).toBeUndefined();
    expect(await readdir(root)).toEqual([]);

    const store = await openStore(join(root, 'store'));
    async function* bytes() {
      yield new TextEncoder().encode('hello');
    }
    const { digest, path } = await store.putBlob(bytes());
    await store.writeRecord('kind', 'key', { a: 1 });
    const view = viewStore(join(root, 'store'));
    expect(await view.hasBlob(digest)).toBe(true);
    expect(view.blobPath(digest)).toBe(path);
    expect(await view.readRecord('kind', 'key')).toEqual({ a: 1 });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
