import { createPackageIndex } from '@dema/debian';
import { expect, test } from 'vitest';
import { composeDebianDependency } from './compose-debian-dependency.ts';
import { parseDebianList } from './debian-list.ts';
import { parseInventory } from './inventory.ts';

function pkg(name: string, version: string, depends = '') {
  const filename = `pool/main/x/${name}/${name}_1_amd64.deb`;
  const locked = { name, version, architecture: 'amd64', filename, size: 1, sha256: 'a'.repeat(64) };
  return { ...locked, source: '', priority: 'optional', preDepends: '', depends, provides: '' };
}

const INDEX = createPackageIndex('amd64', new Date(0), [
  pkg('rustc', '1.85.1+dfsg1-1+deb13u1', 'libllvm19, gcc, libc6'),
  pkg('cargo', '1.85.1+dfsg1-1+deb13u1', 'rustc'),
  pkg('libllvm19', '1:19.1.7-3', 'libc6'),
  pkg('gcc', '4:14.2.0-1', 'libasan8'),
  pkg('libasan8', '14.2.0-19'),
  pkg('libc6', '2.41-12'),
]);

const LIST = JSON.stringify({
  name: 'Rust',
  packages: { rustc: 'the compiler', cargo: 'builds' },
  exclude: { libasan8: 'sanitizers' },
  licenses: ['MIT'],
  cpe: 'cpe:2.3:a:rust-lang:rust:{version}:*:*:*:*:*:*:*',
});

test('what is wanted and what it needs, without what is there, as an inventory takes it', () => {
  const list = parseDebianList(LIST, 'rust', 'rust.packages.json');
  const rust = composeDebianDependency(list, INDEX, 'amd64', ['libc6']);
  const names = rust.sources[0]?.packages?.map(({ name }) => name);
  expect(names).toEqual(['cargo', 'gcc', 'libllvm19', 'rustc']);
  expect(rust).toMatchObject({
    id: 'rust',
    name: 'Rust',
    version: '1.85.1',
    architecture: 'amd64',
    purl: 'pkg:deb/debian/rustc@1.85.1%2Bdfsg1-1%2Bdeb13u1?arch=amd64&distro=debian-13',
    cpe: 'cpe:2.3:a:rust-lang:rust:1.85.1:*:*:*:*:*:*:*',
  });
  expect(parseInventory({ dependencies: [JSON.parse(JSON.stringify(rust))] }, 'x')).toEqual([rust]);
});

test.each([
  ['{', 'JSON'],
  ['[]', 'it is not an object'],
  ['{"packages": {"a": ""}}', '"packages" gives no reason for a'],
  ['{"packages": {}}', '"version" names none of its "packages"'],
  ['{"packages": {"a": "x"}, "version": "b"}', '"version" names none of its "packages"'],
  ['{"packages": {"a": "x"}, "image": "full"}', '"image" is neither "build" nor "run"'],
  ['{"packages": {"a": "x"}, "package": {}}', '"package" is not one of name, version,'],
  ['{"packages": {"a": "x"}, "name": 1}', '"name" is not a text'],
  ['{"packages": {"a": "x"}, "licenses": "MIT"}', '"licenses" is not a list of texts'],
])('%s is no list', (text, problem) => {
  expect(() => parseDebianList(text, 'x', 'x.packages.json')).toThrow(problem);
});
