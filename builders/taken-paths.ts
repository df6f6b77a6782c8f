import { posix } from 'node:path';
import type { TarEntry } from '@dema/archive';

type Listed = Pick<TarEntry, 'path' | 'type' | 'linkPath'>;

/** Of a package what lies at or below some of its paths, what links there lead to inside the package, and its terms. */
export async function listTaken(entries: AsyncIterable<Listed>, only: string[]): Promise<Set<string>> {
  const all: Listed[] = [];
  for await (const { path, type, linkPath } of entries) all.push({ path, type, linkPath });
  const taken = new Set(all.filter(({ path }) => isCopyright(path)).map(({ path }) => path));
  const waiting = [...only];
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    for (const entry of all) {
      if (taken.has(entry.path) || !(entry.path === part || entry.path.startsWith(`${part}/`))) continue;
      taken.add(entry.path);
      const target = targetOf(entry);
      if (target !== undefined) waiting.push(target);
    }
  }
  return taken;
}

function targetOf({ path, type, linkPath = '' }: Listed): string | undefined {
  if (type === 'hardlink') return linkPath;
  if (type !== 'symlink') return undefined;
  return linkPath.startsWith('/') ? linkPath.slice(1) : posix.join(posix.dirname(path), linkPath);
}

function isCopyright(path: string): boolean {
  return /^usr\/share\/doc\/[^/]+\/copyright$/.test(path);
}
