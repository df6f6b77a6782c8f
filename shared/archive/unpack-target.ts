import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import { dirname, posix } from 'node:path';
import { unsafePath } from './faults.ts';
import { decodePath, systemPath } from './path-bytes.ts';

/** A folder that is being filled; nothing is made in it through a link. Paths are relative, without `.` and `..`. */
export interface UnpackTarget {
  root: string;
  /** Folders below it that are known to be real ones; nothing takes their place any more. */
  folders: Set<string>;
  /** The modes that folders shall have in the end; until then their owner may write. Those above others stand first. */
  modes: Map<string, number>;
}

const IMPLIED_MODE = 0o755;

export function openUnpackTarget(root: string): UnpackTarget {
  mkdirSync(root, { recursive: true });
  return { root, folders: new Set(['.']), modes: new Map() };
}

/** Makes the folder, or takes the one that is there. */
export function makeFolder(target: UnpackTarget, path: string, mode: number): void {
  enterFolder(target, dirname(path));
  const place = placeOf(target, path);
  const found = target.folders.has(path) ? undefined : findStats(place);
  if (found && !found.isDirectory()) unlinkSync(place);
  if (found?.isDirectory()) chmodSync(place, mode | 0o700);
  else if (!target.folders.has(path)) mkdirSync(place, 0o700);
  target.folders.add(path);
  target.modes.set(path, mode);
}

/** Calls `make` with the place where something new shall be; what stands there, if it is no folder, is removed first. */
export function replaceMember<T>(target: UnpackTarget, path: string, make: (place: string | Buffer) => T): T {
  enterFolder(target, dirname(path));
  const place = placeOf(target, path);
  try {
    return make(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (lstatSync(place).isDirectory()) throw unsafePath(path, 'it would replace a folder');
  unlinkSync(place);
  return make(place);
}

/** Makes a hard link to a member that is there already. */
export function linkMember(target: UnpackTarget, path: string, linked: string): void {
  for (let parent = dirname(linked); !target.folders.has(parent); parent = dirname(parent)) {
    if (findStats(placeOf(target, parent))?.isDirectory()) continue;
    throw unsafePath(path, `its target ${JSON.stringify(linked)} is not in a folder of the archive`);
  }
  const found = findStats(placeOf(target, linked));
  if (!found || found.isDirectory()) {
    throw unsafePath(path, `it is a hard link to ${JSON.stringify(linked)}, which is not there as a file`);
  }
  if (path !== linked) replaceMember(target, path, (place) => linkSync(placeOf(target, linked), place));
}

export function finishFolders({ modes, ...target }: UnpackTarget): void {
  for (const [path, mode] of [...modes].reverse()) chmodSync(placeOf(target, path), mode);
}

/** Makes sure that the folder is one, and so are those above it. */
function enterFolder(target: UnpackTarget, path: string): void {
  if (target.folders.has(path)) return;
  enterFolder(target, dirname(path));
  const found = findStats(placeOf(target, path));
  if (found && !found.isDirectory())
    throw unsafePath(path, 'another member would be written through it, and it is no folder');
  if (!found) {
    mkdirSync(placeOf(target, path), 0o700);
    target.modes.set(path, IMPLIED_MODE);
  }
  target.folders.add(path);
}

function placeOf({ root }: Pick<UnpackTarget, 'root'>, path: string): string | Buffer {
  return systemPath(`${root}/${path}`);
}

function findStats(place: string | Buffer): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false });
}

/** Removes what stands at the path, with everything below it. */
export function removeMember(target: UnpackTarget, path: string): void {
  rmSync(placeOf(target, path), { recursive: true, force: true });
  const isGone = (one: string) => one === path || one.startsWith(`${path}/`);
  for (const one of target.folders) if (isGone(one)) target.folders.delete(one);
  for (const one of target.modes.keys()) if (isGone(one)) target.modes.delete(one);
}

/** Names in a folder; none when it is no folder. */
export function listMembers(target: UnpackTarget, path: string): string[] {
  if (!findMember(target, path)?.isDirectory()) return [];
  return readdirSync(placeOf(target, path), { encoding: 'buffer' }).map(decodePath);
}

/** What stands at the path itself, be it a link. */
export function findMember(target: UnpackTarget, path: string): Stats | undefined {
  return findStats(placeOf(target, path));
}

/** The kernel's own limit of links on the way to a file. */
const MOST_LINKS = 40;

/** The path with every link followed but one that stands at its end. Links mean the root that is being filled. */
export function followFolders(target: UnpackTarget, path: string): string {
  if (target.folders.has(dirname(path))) return path;
  let found = '';
  let rest = path.split('/');
  for (let links = 0; rest.length > 1; ) {
    const [name = '', ...others] = rest;
    const next = found === '' ? name : `${found}/${name}`;
    const stats = findMember(target, next);
    if (stats && !stats.isDirectory() && !stats.isSymbolicLink())
      throw unsafePath(path, `it would be written through ${JSON.stringify(next)}, which is no folder`);
    if (!stats?.isSymbolicLink()) [found, rest] = [next, others];
    else {
      links += 1;
      if (links > MOST_LINKS) throw unsafePath(path, 'links on the way to it lead in a circle');
      const link = decodePath(readlinkSync(placeOf(target, next), 'buffer'));
      rest = [...posix.resolve(`/${found}`, link).split('/').filter(Boolean), ...others];
      found = '';
    }
  }
  return [found, ...rest].filter(Boolean).join('/');
}
