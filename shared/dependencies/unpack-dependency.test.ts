import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type TarEntry, writeTar } from '@dema/archive';
import { beforeEach, expect, test } from 'vitest';
import { unpackDependency } from './unpack-dependency.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-unpack-'));
  return () => rm(folder, { recursive: true });
});

function file(path: string, content: string, mode = 0o644): TarEntry {
  const body = Buffer.from(content);
  return { path, type: 'file', mode, uid: 0, gid: 0, size: body.length, body: () => [body] };
}

async function tarOf(entries: TarEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const PACKAGE = [
  file('package/bin/node', 'node', 0o755),
  file('package/LICENSE', 'licence'),
  file('package/include/node.h', 'h'),
];

/** An ar archive, as deb(5) describes it. */
function arOf(members: [string, Buffer][]): Buffer {
  const parts = members.flatMap(([name, content]) => [
    Buffer.from(
      `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`,
    ),
    content,
    Buffer.alloc(content.length % 2, '\n'),
  ]);
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

test('unpacks a compressed tar without its outer folder, and what the filter takes', async () => {
  const archive = join(folder, 'node.tgz');
  await writeFile(archive, gzipSync(await tarOf(PACKAGE)));
  const target = join(folder, 'out');
  await unpackDependency(archive, target, { strip: 1, filter: (path) => path === 'LICENSE' || path === 'bin/node' });
  expect((await readdir(target, { recursive: true })).sort()).toEqual(['LICENSE', 'bin', 'bin/node']);
  expect(await readFile(join(target, 'bin/node'), 'utf8')).toBe('node');
  expect((await stat(join(target, 'bin/node'))).mode & 0o777).toBe(0o755);
});

test('unpacks all of a plain tar', async () => {
  const archive = join(folder, 'node.tar');
  await writeFile(archive, await tarOf(PACKAGE));
  await unpackDependency(archive, join(folder, 'out'));
  expect(await readFile(join(folder, 'out/package/include/node.h'), 'utf8')).toBe('h');
});

test('unpacks the files of a Debian package', async () => {
  const archive = join(folder, 'x.deb');
  const data = gzipSync(await tarOf([file('usr/bin/x', 'x', 0o755)]));
  const control = gzipSync(await tarOf([file('control', 'Package: x\n')]));
  const members: [string, Buffer][] = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', control],
    ['data.tar.gz', data],
  ];
  await writeFile(archive, arOf(members));
  await unpackDependency(archive, join(folder, 'out'), { strip: 1 });
  expect(await readFile(join(folder, 'out/bin/x'), 'utf8')).toBe('x');
});

test('an archive that climbs is refused', async () => {
  const archive = join(folder, 'evil.tar');
  await writeFile(archive, await tarOf([file('package/../../evil', 'x')]));
  await expect(unpackDependency(archive, join(folder, 'out'), { strip: 1 })).rejects.toThrow();
  expect(await readdir(folder)).not.toContain('evil');
});
