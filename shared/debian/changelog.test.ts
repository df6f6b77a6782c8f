import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TarEntry } from '@dema/archive';
import { makeDeb } from '@dema/testkit';
import { expect, test } from 'vitest';
import { findFixes, readFixes } from './changelog.ts';

const CHANGELOG = `expat (2.9.0-1~deb13u2) trixie-security; urgency=high

  * Fix CVE-2026-10001 and CVE-2026-10002 (Closes: #1)
  * Also CVE-2026-10001, see DSA-6001-1.

 -- Somebody <a@example.org>  Tue, 24 Nov 2026 10:00:00 +0000

expat (2.9.0-1~deb13u1) trixie; urgency=medium

  * CVE-2025-9999

 -- Somebody <a@example.org>  Mon, 03 Nov 2025 10:00:00 +0000
`;

test('entries that are newer than the version name what was mended since', () => {
  expect(findFixes(CHANGELOG, '2.9.0-1~deb13u1')).toEqual(['CVE-2026-10001', 'CVE-2026-10002', 'DSA-6001-1']);
  expect(findFixes(CHANGELOG, '2.8.0-1')).toContain('CVE-2025-9999');
  expect(findFixes(CHANGELOG, '2.9.0-1~deb13u2')).toEqual([]);
  expect(findFixes('no changelog (x) CVE-2026-10001', '1')).toEqual([]);
});

test.each([
  ['changelog.Debian.gz', gzipSync(CHANGELOG), 3],
  ['changelog.gz', gzipSync(CHANGELOG), 3],
  ['changelog.Debian.gz', Buffer.from('not gzip'), 0],
  ['copyright', gzipSync(CHANGELOG), 0],
])('of a package with %s', async (name, bytes, count) => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-changelog-'));
  const path = `usr/share/doc/libexpat1/${name}`;
  const file: TarEntry = { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length, body: () => [bytes] };
  const deb = join(folder, 'a.deb');
  await writeFile(deb, await makeDeb({ name: 'libexpat1', version: '2.9.0-1~deb13u2', files: [file] }));
  expect(await readFixes(deb, '2.9.0-1~deb13u1')).toHaveLength(count);
  await rm(folder, { recursive: true });
});
