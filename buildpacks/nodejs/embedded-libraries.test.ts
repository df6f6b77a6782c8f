import { expect, test } from 'vitest';
import { parseEmbeddedLibraries } from './embedded-libraries.ts';

const NODE = 'pkg:generic/node@24.21.0';

function parse(versions: Record<string, string>) {
  return parseEmbeddedLibraries(JSON.stringify(versions), NODE).map(({ name, version, purl, cpes, licenses }) => ({
    name,
    version,
    purl,
    cpe: cpes[0],
    license: licenses[0],
  }));
}

test('names what advisories name', () => {
  expect(parse({ node: '24.21.0', openssl: '3.5.4+quic', uv: '1.52.1', undici: '7.29.1', modules: '137' })).toEqual([
    {
      name: 'openssl',
      version: '3.5.4+quic',
      purl: 'pkg:generic/openssl@3.5.4%2Bquic',
      cpe: 'cpe:2.3:a:openssl:openssl:3.5.4:*:*:*:*:*:*:*',
      license: 'Apache-2.0',
    },
    {
      name: 'libuv',
      version: '1.52.1',
      purl: 'pkg:generic/libuv@1.52.1',
      cpe: 'cpe:2.3:a:libuv:libuv:1.52.1:*:*:*:*:*:*:*',
      license: 'MIT',
    },
    {
      name: 'undici',
      version: '7.29.1',
      purl: 'pkg:npm/undici@7.29.1',
      cpe: 'cpe:2.3:a:nodejs:undici:7.29.1:*:*:*:*:*:*:*',
      license: 'MIT',
    },
  ]);
});

test('a library of a later release is listed, one without a version is not', () => {
  expect(parse({ brandnew: '1.0', ngtcp2: '' })).toMatchObject([{ name: 'brandnew', cpe: undefined }]);
});

test('knows most of what this Node.js is built with, as a part of it', () => {
  const libraries = parseEmbeddedLibraries(JSON.stringify(process.versions), NODE);
  expect(libraries.every(({ partOf }) => partOf === NODE)).toBe(true);
  expect(libraries.filter(({ licenses }) => licenses.length > 0).length).toBeGreaterThan(libraries.length * 0.7);
});
