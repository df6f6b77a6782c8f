import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import { nextSteps, parseBuildpackName, writeNewBuildpack } from './new-buildpack.ts';

test.each([
  ['acme/rust', { id: 'acme/rust', short: 'rust' }],
  ['rust', { id: 'example/rust', short: 'rust' }],
])('the name %s', (text, name) => {
  expect(parseBuildpackName(text)).toEqual(name);
});

test.each(['', 'Rust', 'a b', '../rust', 'a/b/c', '-x'])('no name: %j', (text) => {
  expect(() => parseBuildpackName(text)).toThrow('is no name for a buildpack');
});

test('writes into an empty folder only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-new-'));
  const name = parseBuildpackName('acme/objective-c');
  expect(await writeNewBuildpack(name, folder)).toContain('samples/hello/main.sh');
  const toml = await readFile(join(folder, 'buildpack.toml'), 'utf8');
  expect(parseBuildpackToml(toml, 'buildpack.toml').buildpack.id).toBe('acme/objective-c');
  expect(await readFile(join(folder, 'index.ts'), 'utf8')).toContain('BP_OBJECTIVE_C_GREETING');
  await expect(writeNewBuildpack(name, folder)).rejects.toMatchObject({ code: 'CLI_ARGUMENTS_INVALID' });
  await rm(folder, { recursive: true });
});

test('what to do next', () => {
  expect(nextSteps('rust', 'npx dema')).toBe(
    '\nnext: npx dema buildpack test rust\n      npx dema build rust/samples/hello --buildpack ./rust --run\n',
  );
  expect(nextSteps('/packs/rust', 'dema')).toContain('--buildpack /packs/rust --run');
});
