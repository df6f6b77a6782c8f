import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { writeTar } from '@dema/archive';
import type { Dependency } from '@dema/dependencies';
import { adoptDownload } from '@dema/fetch';
import { openStore } from '@dema/store';
import { expect, test } from 'vitest';
import { createDependencySource } from './dependency-source.ts';
import { createLog } from './log.ts';

test('what the platform holds already needs neither a network nor the address of a registry', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-source-'));
  const entry = { path: 'x.txt', mode: 0o644, uid: 0, gid: 0, size: 1, body: () => [Buffer.from('x')] };
  const archive = gzipSync(await buffer(Readable.from(writeTar([{ ...entry, type: 'file' }]))));
  const hash = (name: string) => createHash(name).update(archive).digest('hex');
  await writeFile(join(folder, 'archive'), archive);
  const store = await openStore(join(folder, 'store'));
  await adoptDownload(store, join(folder, 'archive'), `sha256:${hash('sha256')}`);
  const tool: Dependency = {
    id: 'tool',
    name: 'tool',
    version: '1.0.0',
    purl: 'pkg:generic/tool@1.0.0',
    sources: [{ uri: 'pkg:npm/tool@1.0.0', checksum: `sha512:${hash('sha512')}` }],
  };
  const env = { DEMA_STORE: store.root, HOME: folder, PATH: '' };
  const source = createDependencySource({ env, log: createLog(() => undefined) });
  await source.unpack(tool, join(folder, 'unpacked'));
  await source.close();
  expect(await readFile(join(folder, 'unpacked/x.txt'), 'utf8')).toBe('x');
  await rm(folder, { recursive: true });
});
