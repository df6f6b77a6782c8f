import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type TarEntry, writeTar } from '@dema/archive';
import { content } from './answers.ts';
import type { Routes } from './test-server.ts';

export interface FakeDeb {
  name: string;
  version: string;
  /** `amd64` without it. */
  architecture?: string;
  /** `trixie` without it. */
  suite?: 'trixie' | 'trixie-updates' | 'trixie-security';
  /** Further fields of its paragraph, such as `Depends`. */
  fields?: Record<string, string>;
  /** Its data: text of files by path, or any entries. */
  files?: Record<string, string> | TarEntry[];
}

export interface SigningKey {
  /** Armored. */
  publicKey: string;
  /** At a time of its own, where one is given. */
  sign(text: string, date?: Date): Promise<string>;
}

/** Ed25519, without another choice. */
export async function createSigningKey(type: 'ed25519' | 'rsa' = 'ed25519'): Promise<SigningKey> {
  const openpgp = await import('openpgp');
  const userIDs = [{ name: 'Test Archive', email: 'archive@example.org' }];
  const { privateKey, publicKey } = await openpgp.generateKey({
    ...(type === 'rsa' ? { type, rsaBits: 2048 } : { type: 'ecc', curve: 'ed25519Legacy' }),
    userIDs,
    format: 'object',
  });
  return {
    publicKey: publicKey.armor(),
    async sign(text, date = new Date()) {
      const message = await openpgp.createCleartextMessage({ text });
      return openpgp.sign({ message, signingKeys: privateKey, date });
    },
  };
}

/** Bytes of a .deb. */
export async function makeDeb(deb: FakeDeb): Promise<Uint8Array> {
  const entries = Array.isArray(deb.files) ? deb.files : Object.entries(deb.files ?? {}).map(textEntry);
  const control = [textEntry(['control', paragraphOf(deb)])];
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    member('debian-binary', Buffer.from('2.0\n')),
    member('control.tar.gz', gzipSync(await readAll(writeTar(control)))),
    member('data.tar.gz', gzipSync(await readAll(writeTar(entries)))),
  ]);
}

export interface FakeMirrorOptions {
  key: SigningKey;
  /** Lines of the release files, by suite, put before the others'. */
  release?: Record<string, string>;
  /** When the suites are signed, by their names; those without one on a fixed day. */
  dates?: Record<string, Date>;
  /** Changes what is served for a suite after it was signed. */
  tamper?: (document: string, suite: string) => string;
}

const SUITES = { trixie: '/debian', 'trixie-updates': '/debian', 'trixie-security': '/debian-security' };

/** Routes of a mirror with its archive at `/debian` and its security archive at `/debian-security`, for amd64 and arm64. */
export async function debianMirrorRoutes(
  debs: FakeDeb[],
  { key, release = {}, dates = {}, tamper = (document) => document }: FakeMirrorOptions,
): Promise<Routes> {
  const routes: Routes = {};
  for (const [suite, base] of Object.entries(SUITES)) {
    const files: string[] = [];
    for (const architecture of ['amd64', 'arm64']) {
      const served = debs.filter((deb) => (deb.suite ?? 'trixie') === suite && fits(deb, architecture));
      const index = gzipSync(await serveDebs(served, base, routes));
      const path = `main/binary-${architecture}/by-hash/SHA256/${sha256(index)}`;
      routes[`${base}/dists/${suite}/${path}`] = content(index);
      files.push(` ${sha256(index)} ${index.length} main/binary-${architecture}/Packages.gz`);
    }
    const date = dates[suite] ?? new Date('2026-11-24T02:12:15Z');
    const head = `Codename: ${suite}\nDate: ${date.toUTCString()}\nAcquire-By-Hash: yes\n`;
    const text = `${release[suite] ?? ''}${head}SHA256:\n${files.join('\n')}\n`;
    routes[`${base}/dists/${suite}/InRelease`] = content(tamper(await key.sign(text), suite));
  }
  return routes;
}

/** Puts the packages at their places and gives the index that names them. */
async function serveDebs(debs: FakeDeb[], base: string, routes: Routes): Promise<string> {
  const paragraphs: string[] = [];
  for (const deb of debs) {
    const bytes = await makeDeb(deb);
    const filename = debFilename(deb);
    routes[`${base}/${filename}`] = content(bytes);
    const file = `Filename: ${filename}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`;
    paragraphs.push(`${paragraphOf(deb)}${file}`);
  }
  return paragraphs.join('\n');
}

/** Path of a package below its archive. */
export function debFilename({ name, version, architecture = 'amd64', suite }: FakeDeb): string {
  const pool = suite === 'trixie-security' ? 'pool/updates/main' : 'pool/main';
  return `${pool}/${name.slice(0, 1)}/${name}/${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
}

function fits({ architecture = 'amd64' }: FakeDeb, wanted: string): boolean {
  return architecture === wanted || architecture === 'all';
}

function paragraphOf({ name, version, architecture = 'amd64', fields = {} }: FakeDeb): string {
  const all = { Package: name, Version: version, Architecture: architecture, ...fields };
  return Object.entries(all)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');
}

function textEntry([path, text]: [string, string]): TarEntry {
  const bytes = Buffer.from(text);
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length, body: () => [bytes] };
}

function member(name: string, bytes: Uint8Array): Uint8Array {
  const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
  const header = `${fields.join('')}${String(bytes.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(header), bytes, Buffer.from(bytes.length % 2 ? '\n' : '')]);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
