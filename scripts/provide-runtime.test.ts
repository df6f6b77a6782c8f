import { tmpdir } from 'node:os';
import type { BuildpackFolder } from '@dema/engine';
import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import { provideRuntime } from './provide-runtime.ts';
import type { Workplace } from './workplace.ts';

const OURS = '[metadata]\nrestored-layers = "overlay"\n';
/** None of these cases makes one. */
const WORKPLACE = {} as Workplace;

function describe(id: string, rest = ''): BuildpackFolder {
  const toml = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}`;
  return { folder: tmpdir(), descriptor: parseBuildpackToml(toml, id) };
}

const ARM64 = describe('dema/runtime', '[[targets]]\nos = "linux"\narch = "arm64"\n');

async function provide(modules: BuildpackFolder[], arch: string): Promise<string[]> {
  const provided = await provideRuntime(WORKPLACE, modules, { arch, env: {} });
  return provided.map(({ descriptor }) => descriptor.buildpack.id);
}

test('others need no runtime, and the one that a package brought is taken', async () => {
  expect(await provide([describe('acme/shell')], 's390x')).toEqual(['acme/shell']);
  expect(await provide([describe('acme/lua', OURS), ARM64], 'arm64')).toEqual(['acme/lua', 'dema/runtime']);
  expect(await provide([ARM64, describe('acme/shell')], 'arm64')).toEqual(['acme/shell']);
});

test('ours run on two architectures', async () => {
  await expect(provide([describe('acme/lua', OURS), ARM64], 's390x')).rejects.toMatchObject({
    code: 'CLI_ARGUMENTS_INVALID',
  });
});
