import { expect, test } from 'vitest';
import { checkModuleVersion } from './module-version.ts';

const textOf = (version: string) => `api = "0.10"\n[buildpack]\nid = "acme/a"\nversion = "${version}"\n`;

test.each(['0.0.0', '1.2.3', '10.20.30', '2026.11.26'])('%s is a version', (version) => {
  checkModuleVersion(textOf(version), 'buildpack.toml', 'buildpack');
});

test.each(['abc', '1', '1.0', '1.2.3.4', '1.02.3', 'v1.2.3', '1.2.3-rc.1', '1.2.x'])('%s is none', (version) => {
  expect(() => checkModuleVersion(textOf(version), 'buildpack.toml', 'buildpack')).toThrow(
    expect.objectContaining({
      code: 'SPEC_VALUE_INVALID',
      problem: `buildpack.toml:4: \`buildpack.version\` is "${version}", where the specification wants three numbers`,
    }),
  );
});

test('an extension says it in a table of its own', () => {
  const text = textOf('abc').replace('[buildpack]', '[extension]');
  expect(() => checkModuleVersion(text, 'extension.toml', 'extension')).toThrow(
    'extension.toml:4: `extension.version`',
  );
});
