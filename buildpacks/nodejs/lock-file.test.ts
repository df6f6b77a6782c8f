import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewFolder } from '@dema/buildpack';
import { writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { readLockFile } from './lock-file.ts';

test.each(['null', '5', '[]', '{}', '{"packages":null,"dependencies":[]}'])('%s names no packages', async (text) => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-lock-'));
  await writeFiles(folder, { 'package-lock.json': text });
  expect(await readLockFile(viewFolder(folder))).toMatchObject({ name: 'package-lock.json', hasPackages: false });
  await rm(folder, { recursive: true });
});
