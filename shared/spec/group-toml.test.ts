import { expect, test } from 'vitest';
import { parseGroupToml, renderGroupToml } from './group-toml.ts';

const GROUP = {
  group: [
    { id: 'dema/nodejs', version: '0.1.0', api: '0.10', homepage: 'https://a.example' },
    { id: 'other/bp', version: '1', api: '0.8' },
  ],
  groupExtensions: [{ id: 'e', version: '1', api: '0.10' }],
};

test('stands as the lifecycle writes it', () => {
  const text = renderGroupToml(GROUP);
  expect(text).toBe(`[[group]]
  id = "dema/nodejs"
  version = "0.1.0"
  api = "0.10"
  homepage = "https://a.example"

[[group]]
  id = "other/bp"
  version = "1"
  api = "0.8"

[[group-extensions]]
  id = "e"
  version = "1"
  api = "0.10"
`);
  expect(parseGroupToml(text, 'group.toml')).toEqual(GROUP);
});

test('an element without its API is refused', () => {
  const text = '[[group]]\nid = "a"\nversion = "1"\n';
  expect(() => parseGroupToml(text, 'group.toml')).toThrow('group.toml:1: `group[0].api` is missing');
});
