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

test('unpacks a compressed tar without its outer folder, and what the filter takes', async () => {
  const archive = join(folder, 'node.tgz');
  await writeFile(archive, gzipSync(await tarOf(PACKAGE)));
  const target = join(folder, 'out');
  await unpackDependency({ paths: [archive], packages: [] }, target, {
    strip: 1,
    filter: (path) => path === 'LICENSE' || path === 'bin/node',
  });
  expect((await readdir(target, { recursive: true })).sort()).toEqual(['LICENSE', 'bin', 'bin/node']);
  expect(await readFile(join(target, 'bin/node'), 'utf8')).toBe('node');
  expect((await stat(join(target, 'bin/node'))).mode & 0o777).toBe(0o755);
});

test('unpacks all of a plain tar', async () => {
  const archive = join(folder, 'node.tar');
  await writeFile(archive, await tarOf(PACKAGE));
  await unpackDependency({ paths: [archive], packages: [] }, join(folder, 'out'));
  expect(await readFile(join(folder, 'out/package/include/node.h'), 'utf8')).toBe('h');
});

test('an archive that climbs is refused', async () => {
  const archive = join(folder, 'evil.tar');
  await writeFile(archive, await tarOf([file('package/../../evil', 'x')]));
  await expect(
    unpackDependency({ paths: [archive], packages: [] }, join(folder, 'out'), { strip: 1 }),
  ).rejects.toThrow();
  expect(await readdir(folder)).not.toContain('evil');
});
