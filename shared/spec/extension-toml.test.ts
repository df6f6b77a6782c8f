import { expect, test } from 'vitest';
import { parseExtensionToml } from './extension-toml.ts';

const HEAD = 'api = "0.10"\n[extension]\nid = "a/b"\nversion = "1.0.0"\n';

test('reads an extension', () => {
  const text = `${HEAD}name = "A"\n[[targets]]\nos = "linux"\n[metadata]\nx = 1\n`;
  expect(parseExtensionToml(text, 'extension.toml')).toMatchObject({
    api: '0.10',
    extension: { id: 'a/b', version: '1.0.0', name: 'A', clearEnv: false, keywords: [] },
    targets: [{ os: 'linux', distros: [] }],
    metadata: { x: 1 },
  });
});

test.each([
  ['api = "0.8"\n[extension]\nid = "a"\nversion = "1"', 'Buildpack API 0.8'],
  ['api = "0.10"', 'extension.toml: `extension` is missing'],
  [`${HEAD}[[order]]`, 'extension.toml:5: `order` is not part of an image extension'],
  ['api = "0.10"\n[extension]\nid = "sbom"\nversion = "1"', 'extension.toml:3: `extension.id` is "sbom"'],
])('%j is refused: %s', (text, problem) => {
  expect(() => parseExtensionToml(text, 'extension.toml')).toThrow(problem);
});
