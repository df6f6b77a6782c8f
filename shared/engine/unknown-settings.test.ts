import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import type { BuildpackFolder } from './builder.ts';
import { findUnknownSettings } from './unknown-settings.ts';

function buildpack(id: string, ...settings: string[]): BuildpackFolder {
  const tables = settings.map((name) => `[[metadata.configurations]]\nname = "${name}"\n`).join('');
  const toml = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${tables}`;
  return { folder: `/${id}`, descriptor: parseBuildpackToml(toml, 'buildpack.toml') };
}

const NODEJS = buildpack('dema/nodejs', 'BP_NODE_VERSION');
const PHP = buildpack('dema/php', 'BP_PHP_VERSION', 'BP_MODE_VERSION');

test('names the nearest setting of the group and whose it is', () => {
  expect(findUnknownSettings({ BP_NODE_VERSON: '24', PORT: '1' }, [NODEJS], [NODEJS, PHP])).toEqual([
    { name: 'BP_NODE_VERSON', nearest: 'BP_NODE_VERSION', buildpack: 'dema/nodejs' },
  ]);
});

test('a setting of a buildpack outside of the group is right, and a slip in it is not ours to tell', () => {
  const env = { BP_MODE_VERSION: '1', BP_PHP_VERSON: '8' };
  expect(findUnknownSettings(env, [NODEJS], [NODEJS, PHP])).toEqual([]);
  expect(findUnknownSettings({ BP_MODE_VERSION: '1' }, [NODEJS], [NODEJS])).toHaveLength(1);
});
