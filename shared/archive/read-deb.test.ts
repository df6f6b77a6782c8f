import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBody, readDeb, type TarEntry, writeTar } from './index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deb-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** An xz-compressed tar with the one file ./usr/share/greeting, as the others below. */
const XZ = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Af/AGRdABcLyyeJ8u037UHTqbAoDihxz1wjQ+EalnYbETTrc6cN7hxnyk5G7DR2dD8tPAG9760htG6KNxi7TjIAa3z4VcZriBz+5vC/3K5Hga4hzLbSM5Gmdy9T4Lx21hAO4KyIPWQ+xAAAk7IBdlZjnloAAYABgBAAAP78+hGxxGf7AgAAAAAEWVo=',
  'base64',
);

function file(path: string, content: string): TarEntry {
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length, body: () => [Buffer.from(content)] };
}

function member(name: string, content: Uint8Array): Buffer {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(header), content, Buffer.alloc(content.length % 2, '\n')]);
}

async function writeDeb(...members: Buffer[]): Promise<string> {
  const path = join(folder, 'p.deb');
  await writeFile(path, Buffer.concat([Buffer.from('!<arch>\n'), ...members]));
  return path;
}

const VERSION = member('debian-binary', Buffer.from('2.0\n'));
const GREETING = await buffer(
  writeTar([{ ...file('./', ''), type: 'directory', mode: 0o755 }, file('./usr/share/greeting', 'hello from xz\n')]),
);
const CONTROL = member(
  'control.tar',
  await buffer(writeTar([file('./control', 'Package: greeting\n'), file('./md5sums', '')])),
);

test.each<[string, Uint8Array]>([
  ['data.tar', GREETING],
  ['data.tar.gz', gzipSync(GREETING)],
  ['data.tar.xz', XZ],
  ['data.tar.zst', zstdCompressSync(GREETING)],
  ['data.tar.zst/', zstdCompressSync(GREETING)],
])('%s is read, more than once', async (name, data) => {
  const deb = await readDeb(await writeDeb(VERSION, CONTROL, member(name, data)));
  expect(String(deb.control.get('control'))).toBe('Package: greeting\n');
  expect([...deb.control.keys()]).toEqual(['control', 'md5sums']);
  for (let time = 0; time < 2; time += 1) {
    const seen: Record<string, string> = {};
    for await (const entry of deb.data()) if (entry.type === 'file') seen[entry.path] = String(await readBody(entry));
    expect(seen).toEqual({ 'usr/share/greeting': 'hello from xz\n' });
  }
});

test('the root of the data has a name', async () => {
  const deb = await readDeb(await writeDeb(VERSION, CONTROL, member('data.tar', GREETING)));
  for await (const { path, type } of deb.data()) {
    expect([path, type]).toEqual(['.', 'directory']);
    break;
  }
});

const DATA = member('data.tar', GREETING);

test.each<[string, () => Promise<string>]>([
  ['no ar archive', async () => writeDeb().then((path) => writeFile(path, 'not a package').then(() => path))],
  ['nothing in it', () => writeDeb()],
  ['no version', () => writeDeb(CONTROL, DATA)],
  ['no control member', () => writeDeb(VERSION, DATA)],
  ['no data member', () => writeDeb(VERSION, CONTROL)],
  ['a cut member', () => writeDeb(VERSION, CONTROL, DATA.subarray(0, 500))],
  ['a cut header', () => writeDeb(VERSION, CONTROL, DATA.subarray(0, 30))],
  [
    'a size that is no number',
    () =>
      writeDeb(VERSION, CONTROL, Buffer.from(DATA.toString('latin1').replace(/([0-9]+) *`/, 'x         `'), 'latin1')),
  ],
])('a package with %s is a fault', async (_, make) => {
  await expect(readDeb(await make())).rejects.toMatchObject({ code: 'ARCHIVE_DEB_INVALID' });
});
