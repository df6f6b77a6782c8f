import type { Component } from '@dema/sbom';

/** What is known of a library that Node.js is built with, by its key in `process.versions`. */
interface Library {
  name?: string;
  /** Vendor and product in CPE names. */
  cpe?: string;
  license?: string;
  /** Also a package of npm, under which advisories name it. */
  npm?: boolean;
}

const LIBRARIES: Record<string, Library> = {
  acorn: { license: 'MIT', npm: true },
  ada: { cpe: 'ada-url:ada', license: 'MIT OR Apache-2.0' },
  amaro: { license: 'MIT', npm: true },
  ares: { name: 'c-ares', cpe: 'c-ares:c-ares', license: 'MIT' },
  brotli: { cpe: 'google:brotli', license: 'MIT' },
  cjs_module_lexer: { name: 'cjs-module-lexer', license: 'MIT', npm: true },
  icu: { cpe: 'unicode:international_components_for_unicode', license: 'Unicode-3.0' },
  llhttp: { cpe: 'llhttp:llhttp', license: 'MIT' },
  nghttp2: { cpe: 'nghttp2:nghttp2', license: 'MIT' },
  nghttp3: { cpe: 'nghttp2:nghttp3', license: 'MIT' },
  ngtcp2: { cpe: 'nghttp2:ngtcp2', license: 'MIT' },
  openssl: { cpe: 'openssl:openssl', license: 'Apache-2.0' },
  simdjson: { cpe: 'simdjson:simdjson', license: 'Apache-2.0' },
  simdutf: { license: 'Apache-2.0 OR MIT' },
  sqlite: { cpe: 'sqlite:sqlite', license: 'blessing' },
  undici: { cpe: 'nodejs:undici', license: 'MIT', npm: true },
  uv: { name: 'libuv', cpe: 'libuv:libuv', license: 'MIT' },
  uvwasi: { license: 'MIT' },
  v8: { cpe: 'google:v8', license: 'BSD-3-Clause' },
  zlib: { cpe: 'zlib:zlib', license: 'Zlib' },
  zstd: { cpe: 'facebook:zstandard', license: 'BSD-3-Clause OR GPL-2.0-only' },
};

/** Itself, numbers of interfaces, and versions of data. */
const NO_LIBRARIES = ['node', 'modules', 'napi', 'cldr', 'tz', 'unicode'];

/** The libraries in a Node.js by what it prints as `process.versions`; those of a later release come without CPE and licence. */
export function parseEmbeddedLibraries(versions: string, partOf: string): Component[] {
  return Object.entries(JSON.parse(versions) as Record<string, string>)
    .filter(([key, version]) => version !== '' && !NO_LIBRARIES.includes(key))
    .map(([key, version]) => describeLibrary(LIBRARIES[key] ?? {}, key, version, partOf));
}

function describeLibrary({ name, cpe, license, npm = false }: Library, key: string, version: string, partOf: string) {
  const known = name ?? key;
  const component: Component = {
    type: 'library',
    name: known,
    version,
    purl: `pkg:${npm ? 'npm' : 'generic'}/${known}@${encodeURIComponent(version)}`,
    licenses: license === undefined ? [] : [license],
    cpes: cpe === undefined ? [] : [`cpe:2.3:a:${cpe}:${upstreamVersion(version)}:*:*:*:*:*:*:*`],
    hashes: [],
    partOf,
  };
  return component;
}

/** Without what Node.js and Chromium append: `3.5.4+quic`, `13.6.233.17-node.53`, `1.3.1-470d3a2`. */
function upstreamVersion(version: string): string {
  return /^\d+(\.\d+)*/.exec(version)?.[0] ?? version;
}
