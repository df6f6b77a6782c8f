import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInventory } from '@dema/dependencies';
import { expect, test } from 'vitest';

const BUILDPACKS = join(import.meta.dirname, '../buildpacks');

/** A checksum that is not in this list was held against the archive when the inventory was written. */
const UNVERIFIED: string[] = [];

test('every inventory names its generator, and every checksum was verified by a download or stands here', async () => {
  const unverified: string[] = [];
  for (const name of await readdir(BUILDPACKS)) {
    const text = await readFile(join(BUILDPACKS, name, 'dependencies.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const inventory = JSON.parse(text);
    expect(inventory).toMatchObject({ generatedBy: expect.any(String), sources: expect.any(Object) });
    for (const { sources } of parseInventory(inventory, name)) {
      unverified.push(...sources.filter(({ verified }) => verified === false).map(({ uri }) => uri));
    }
  }
  expect(unverified).toEqual(UNVERIFIED);
});

test('the documentation names the default line of Node.js', async () => {
  const descriptor = await readFile(join(BUILDPACKS, 'nodejs/buildpack.toml'), 'utf8');
  const line = /^ *node = "(\d+)\.x"$/m.exec(descriptor)?.[1];
  const pages = ['README.md', 'docs/nodejs.md'].map((page) => readFile(join(BUILDPACKS, '..', page), 'utf8'));
  const [readme, page] = await Promise.all(pages);
  expect(readme).toContain(`the active LTS, ${line} `);
  expect(page).toContain(`active LTS line, which is ${line}.`);
});
