import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeImageTree } from '@dema/oci';
import { openStore, removeFolder } from '@dema/store';
import { makeFolderImage } from '@dema/testkit';
import { expect, test } from 'vitest';
import { type BuilderImageEvent, JSON_PREPARATION } from './report-preparation.ts';
import { tellOfUnpacking } from './tell-of-unpacking.ts';

test('an image is told of until it is unpacked', async () => {
  const root = await mkdtemp(join(tmpdir(), 'dema-unpacking-'));
  const store = await openStore(root);
  const image = await makeFolderImage(store, ['a', 'b']);
  const events: BuilderImageEvent[] = [];
  const preparation = { ...JSON_PREPARATION, onBuilderImage: (event: BuilderImageEvent) => events.push(event) };
  const read = () =>
    tellOfUnpacking(store, { image, name: 'acme/build:1', preparation }, () => makeImageTree(store, image.layers));
  const tree = await read();
  expect(events).toEqual([
    { type: 'builder-image-start', image: 'acme/build:1', layers: 2, size: expect.any(Number) },
    { type: 'builder-image-end', image: 'acme/build:1' },
  ]);
  expect(await read()).toBe(tree);
  expect(events).toHaveLength(2);
  await removeFolder(root);
});
