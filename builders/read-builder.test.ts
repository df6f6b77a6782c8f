import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makesOwnImage, readBuilder } from './index.ts';

test('the built-in builder is found by its name', async () => {
  const builder = await readBuilder('base');
  expect(builder.folder).toBe(join(import.meta.dirname, 'base'));
  expect(builder.runImage).toBe('dema/run-base:trixie');
  expect(builder.order).toMatchObject([[{ id: 'dema/nodejs' }]]);
  expect(builder.buildpackPaths).toEqual([join(import.meta.dirname, '..', 'buildpacks', 'nodejs')]);
});

test('a builder of somebody is found by its path, and so are its buildpacks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'builder-'));
  const locations = ['uri = "./mine"', 'uri = "https://example.org/other.cnb"', 'image = "example/third"'];
  const buildpacks = locations.map((location) => `[[buildpacks]]\n${location}\n`).join('');
  await writeFile(join(folder, 'builder.toml'), `${buildpacks}[[order]]\n[[order.group]]\nid = "me/mine"\n`);
  const builder = await readBuilder(folder);
  expect(builder).toMatchObject({ folder, buildpackPaths: [join(folder, 'mine')] });
  await expect(readBuilder(join(folder, 'builder.toml/x'))).rejects.toMatchObject({ code: 'BUILDER_FILE_MISSING' });
  await rename(join(folder, 'builder.toml'), join(folder, 'other.toml'));
  expect(await readBuilder(join(folder, 'other.toml'))).toMatchObject({ folder });
  expect(await makesOwnImage(join(folder, 'other.toml'), 'build')).toBe(false);
  await rm(folder, { recursive: true });
  await expect(readBuilder(folder)).rejects.toMatchObject({ code: 'BUILDER_FILE_MISSING' });
});
