import { expect, test } from 'vitest';
import { parseLifecycleToml } from './lifecycle-toml.ts';

test('the APIs of a lifecycle, and the lowest of each for old platforms', () => {
  const text = `[api]
buildpack = "0.7"
platform = "0.7"
[apis.buildpack]
deprecated = []
supported = ["0.10", "0.7"]
[apis.platform]
deprecated = ["0.3"]
supported = ["0.15"]
[lifecycle]
version = "0.21.14"
`;
  expect(parseLifecycleToml(text, 'lifecycle.toml')).toEqual({
    version: '0.21.14',
    api: { buildpack: '0.7', platform: '0.3' },
    apis: {
      buildpack: { deprecated: [], supported: ['0.10', '0.7'] },
      platform: { deprecated: ['0.3'], supported: ['0.15'] },
    },
  });
});

test('an old one has one API of each kind', () => {
  const text = '[api]\nbuildpack = "0.2"\nplatform = "0.3"\n[lifecycle]\nversion = "0.7.0"\n';
  expect(parseLifecycleToml(text, 'lifecycle.toml').apis.platform).toEqual({ deprecated: [], supported: ['0.3'] });
});

test('one without a version says so', () => {
  expect(() => parseLifecycleToml('[lifecycle]\n', 'lifecycle.toml')).toThrow('lifecycle.toml:1: `lifecycle.version`');
});
