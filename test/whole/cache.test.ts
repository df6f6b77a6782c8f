import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

let place: Place;

beforeAll(async () => {
  const made = await makePlace();
  place = { ...made, env: { ...made.env, DEMA_CACHE: join(made.folder, 'cache') } };
});

afterAll(() => place.remove());

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test('verify finds what was damaged, removes it, and ends with another code', async () => {
  const store = await openStore(join(place.folder, 'cache'));
  const downloads = await openStore(join(place.folder, 'cache/downloads'));
  const { path, digest } = await downloads.putBlob(bytes('a download'));
  const tree = await store.putTree('buildpack', (dir) => writeFile(join(dir, 'build'), 'program'));
  expect(await dema(['cache', 'verify'], place)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'checked 1 blob, 1 tree, 1 record and 0 images: all is well\n',
  });

  await appendFile(path, '!');
  await appendFile(join(tree, 'build'), '!');
  const { code, stdout, stderr } = await dema(['cache', 'verify'], place);
  expect(stdout.trim().split('\n')).toEqual([
    'broken tree buildpack: its content is not what was put there; removed',
    expect.stringMatching(`^broken blob ${digest}: its content has the digest sha256:[0-9a-f]{64}; removed$`),
  ]);
  expect(stderr).toContain('2 broken');
  expect(code).toBe(1);

  const again = await dema(['cache', 'verify', '--json'], place);
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(again.stdout)).toMatchObject({
    store: { broken: [] },
    downloads: { checked: { blobs: 0 }, broken: [] },
    images: { incomplete: [] },
  });
});

test('list and prune say what there is and what goes', async () => {
  const store = await openStore(join(place.folder, 'cache'));
  await store.putBlob(bytes('unused'));
  const listed = await dema(['cache', 'list', '--json'], place);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    root: store.root,
    kinds: expect.arrayContaining([expect.objectContaining({ kind: 'layers and images', entries: 1 })]),
  });
  expect((await dema(['cache', 'list'], place)).stdout).toMatch(/^layers and images +1 .+ used 0 min ago$/m);

  const pruned = await dema(['cache', 'prune', '--max-size', '0', '--json'], place);
  expect(JSON.parse(pruned.stdout)).toMatchObject({ removed: 1 });
  expect(await dema(['cache', 'prune', '--max-age', 'old'], place)).toMatchObject({ code: 3, stdout: '' });
});
