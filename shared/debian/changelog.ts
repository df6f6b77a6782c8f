import { gunzipSync } from 'node:zlib';
import { readBody, readDeb } from '@dema/archive';
import { debianOrder } from '@dema/versions';

const CHANGELOG = /^\.?\/?usr\/share\/doc\/[^/]+\/changelog(\.Debian)?\.gz$/;
const ENTRY = /^(\S+) \(([^)\s]+)\)[^\n]*$/gm;
const ADVISORY = /\b(?:CVE-\d{4}-\d{4,}|DSA-\d{4,}-\d+)\b/g;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The vulnerabilities that a package mends, in comparison with an older version of it, as far as its changelog names them
 * (`CVE-2026-1234`, `DSA-6000-1`; Debian Policy, 4.4). Several packages of one source may have the changelog in one of them only.
 */
export async function readFixes(deb: string, since: string): Promise<string[]> {
  for await (const entry of (await readDeb(deb)).data()) {
    if (entry.type !== 'file' || !CHANGELOG.test(entry.path) || entry.size > MAX_BYTES) continue;
    const fixes = findFixes(readText(await readBody(entry)), since);
    if (fixes.length > 0) return fixes;
  }
  return [];
}

/** Advisories of the entries that are newer than a version, each once, in their order. */
export function findFixes(changelog: string, since: string): string[] {
  const entries = [...changelog.matchAll(ENTRY)];
  const found = entries.flatMap(({ 2: version = '', index }, position) => {
    const isNewer = debianOrder.isVersion(version) && debianOrder.compare(version, since) > 0;
    return isNewer ? (changelog.slice(index, entries[position + 1]?.index).match(ADVISORY) ?? []) : [];
  });
  return [...new Set(found)];
}

/** A changelog that cannot be read tells nothing. */
function readText(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8');
  } catch {
    return '';
  }
}
