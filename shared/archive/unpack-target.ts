import { chmodSync, linkSync, lstatSync, mkdirSync, type Stats, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { unsafePath } from './faults.ts';
import { systemPath } from './path-bytes.ts';

/** A folder that is being filled; nothing is made in it through a link. Paths are relative, without `.` and `..`. */
export interface UnpackTarget {
  /** Makes the folder, or takes the one that is there, with this mode in the end; until then its owner may write. */
  makeFolder(path: string, mode: number): void;
  /** Calls `make` with the full path where something new shall be; what stands there, if it is no folder, is removed first. */
  replace<T>(path: string, make: (place: string | Buffer) => T): T;
  link(path: string, linked: string): void;
  /** Gives the folders the modes they shall have. */
  finish(): void;
}

const IMPLIED_MODE = 0o755;

export function openUnpackTarget(folder: string): UnpackTarget {
  mkdirSync(folder, { recursive: true });
  const modes = new Map<string, number>();
  const folders = new Set<string>(['.']);
  const place = (path: string) => systemPath(`${folder}/${path}`);

  function enter(path: string): void {
    if (folders.has(path)) return;
    enter(dirname(path));
    const found = findStats(place(path));
    if (!found) {
      mkdirSync(place(path), 0o700);
      modes.set(path, IMPLIED_MODE);
    } else if (!found.isDirectory())
      throw unsafePath(path, 'another member would be written through it, and it is no folder');
    folders.add(path);
  }

  function replace<T>(path: string, make: (place: string | Buffer) => T): T {
    enter(dirname(path));
    try {
      return make(place(path));
    } catch (error) {
      if (!isExisting(error)) throw error;
    }
    if (lstatSync(place(path)).isDirectory()) throw unsafePath(path, 'it would replace a folder');
    unlinkSync(place(path));
    return make(place(path));
  }

  function makeFolder(path: string, mode: number): void {
    enter(dirname(path));
    const found = folders.has(path) ? undefined : findStats(place(path));
    if (found && !found.isDirectory()) unlinkSync(place(path));
    if (found?.isDirectory()) chmodSync(place(path), mode | 0o700);
    else if (!folders.has(path)) mkdirSync(place(path), 0o700);
    folders.add(path);
    modes.set(path, mode);
  }

  return {
    makeFolder,
    replace,
    link(path, linked) {
      for (let parent = dirname(linked); !folders.has(parent); parent = dirname(parent)) {
        if (!findStats(place(parent))?.isDirectory())
          throw unsafePath(path, `its target ${JSON.stringify(linked)} is not in a folder of the archive`);
      }
      const found = findStats(place(linked));
      if (!found || found.isDirectory())
        throw unsafePath(path, `it is a hard link to ${JSON.stringify(linked)}, which is not there as a file`);
      if (path !== linked) replace(path, (at) => linkSync(place(linked), at));
    },
    finish() {
      for (const [path, mode] of [...modes].reverse()) chmodSync(place(path), mode);
    },
  };
}

function findStats(path: string | Buffer): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
