import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { decodePath, systemPath } from '@dema/archive';
import type { Digest } from '@dema/store';
import { fileFilter } from './app-files.ts';
import type { CopyOptions } from './copy-app.ts';

/** A file that has just been written may be written again without looking different: file systems count time in steps of up to this. */
const STEP_MS = 2000;

/**
 * What the file system says of the files that `copyApp` would copy: names, kinds, modes, sizes, inodes and times of the last change
 * of any kind. Two that are equal are of the same files with the same contents. Undefined while that cannot be told: of a folder
 * that cannot be read, and of a file that was changed a moment before `now` (milliseconds since 1970).
 */
export function findAppState(app: string, options: CopyOptions, now: number): Digest | undefined {
  const hash = createHash('sha256');
  try {
    const isSettled = addFolder({ hash, app, options, isWanted: fileFilter(options), before: now - STEP_MS }, '');
    return isSettled ? `sha256:${hash.digest('hex')}` : undefined;
  } catch {
    return undefined;
  }
}

interface Walk {
  hash: Hash;
  app: string;
  options: CopyOptions;
  isWanted: (path: string) => boolean;
  /** Milliseconds since 1970. */
  before: number;
}

/** Times of folders do not count: they change with files that are no part of the app. */
function addFolder(walk: Walk, path: string): boolean {
  const { hash, app, options, isWanted } = walk;
  for (const entry of readdirSync(systemPath(`${app}/${path}`), { withFileTypes: true, encoding: 'buffer' })) {
    const relative = `${path}${decodePath(entry.name)}${entry.isDirectory() ? '/' : ''}`;
    const source = `${app}/${relative.replace(/\/$/, '')}`;
    if (options.without?.includes(source) || !isWanted(relative)) continue;
    hash.update(`${relative}\0`);
    const isSettled = entry.isDirectory() ? addFolder(walk, relative) : addFile(walk, source);
    if (!isSettled) return false;
  }
  return true;
}

function addFile({ hash, before }: Walk, source: string): boolean {
  const { dev, ino, mode, size, ctimeNs, ctimeMs } = lstatSync(systemPath(source), { bigint: true });
  hash.update(`${dev} ${ino} ${mode} ${size} ${ctimeNs}\0`);
  return ctimeMs < before;
}
