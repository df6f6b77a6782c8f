import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { copyInPlace } from './copy-in-place.ts';

test('relative paths of the copy lead where they led, and what is written to it stays there', async () => {
  const place = await mkdtemp(join(tmpdir(), 'in-place-'));
  const [folder, root] = [join(place, 'a/own'), join(place, 'root')];
  await writeFiles(place, { 'a/own/lock': 'old', 'a/beside': 'beside', above: 'above' });
  await mkdir(root);
  const copy = await copyInPlace(folder, root);
  expect(copy).toBe(`${root}${folder}`);
  expect(await readFile(`${copy}/../beside`, 'utf8')).toBe('beside');
  expect(await readFile(`${copy}/../../above`, 'utf8')).toBe('above');
  await writeFile(join(copy, 'lock'), 'new');
  expect(await readFile(join(folder, 'lock'), 'utf8')).toBe('old');
  await removeFolder(root);
  expect(await readFile(join(place, 'above'), 'utf8')).toBe('above');
  await removeFolder(place);
});
