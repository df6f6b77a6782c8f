import { basename, dirname } from 'node:path';
import { archiveTooLarge, unpackFailed, unsafePath } from './faults.ts';
import { determineMemberPath } from './member-path.ts';
import type { TarEntry } from './tar-entry.ts';
import { isSystemError, type UnpackOptions, unpackEntry } from './unpack.ts';
import {
  findMember,
  finishFolders,
  followFolders,
  listMembers,
  openUnpackTarget,
  removeMember,
  type UnpackTarget,
} from './unpack-target.ts';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Names that begin so are notes of the file system that the layer was made with. */
const NOTE = '.wh..wh.';

/**
 * Unpacks the layers of a root file system, the lowest first, into one folder: what a container of the image sees (OCI image
 * specification, "Image Layer Filesystem Changeset"). A whiteout hides what lower layers have and nothing of its own layer; a
 * member takes the place of whatever stood there but folders, which join; links on the way to a member are followed in this root.
 * Owners and modes are as with `unpackTar`, limits are for all layers together. Faults: ARCHIVE_*.
 */
export async function unpackLayers(
  layers: Iterable<AsyncIterable<TarEntry> | Iterable<TarEntry>>,
  folder: string,
  { maxBytes = 16 * 1024 ** 3, maxEntries = 1_000_000 }: Pick<UnpackOptions, 'maxBytes' | 'maxEntries'> = {},
): Promise<void> {
  const target = openUnpackTarget(folder);
  let bytes = 0;
  let count = 0;
  for (const entries of layers) {
    /** What this layer has, with the folders above. */
    const own = new Set<string>();
    for await (const entry of entries) {
      count += 1;
      bytes += entry.size;
      if (count > maxEntries) throw archiveTooLarge(`${maxEntries} members`);
      if (bytes > maxBytes) throw archiveTooLarge(`${maxBytes} bytes`);
      try {
        const writing = layMember(target, entry, own);
        if (writing) await writing;
      } catch (error) {
        throw isSystemError(error) ? unpackFailed(entry.path, folder, error) : error;
      }
    }
  }
  finishFolders(target);
}

function layMember(target: UnpackTarget, entry: TarEntry, own: Set<string>): Promise<void> | undefined {
  const named = determineMemberPath(entry.path, { root: true });
  if (named === undefined) return undefined;
  const path = followFolders(target, named);
  const name = basename(path);
  if (name === OPAQUE) return hideBelow(target, dirname(path), own);
  if (name.startsWith(NOTE)) return undefined;
  if (name.startsWith(WHITEOUT)) return hide(target, path, own);
  if (entry.type !== 'directory' && findMember(target, path)?.isDirectory()) removeMember(target, path);
  for (let one = path; one !== '.' && !own.has(one); one = dirname(one)) own.add(one);
  const linked = entry.type === 'hardlink' && determineMemberPath(entry.linkPath ?? '', { root: true });
  return unpackEntry(target, path, linked ? { ...entry, linkPath: followFolders(target, linked) } : entry, {
    root: true,
  });
}

function hide(target: UnpackTarget, whiteout: string, own: Set<string>): undefined {
  const name = basename(whiteout).slice(WHITEOUT.length);
  if (name === '' || name === '.' || name === '..') throw unsafePath(whiteout, 'it hides nothing that can be there');
  hideLower(target, dirname(whiteout) === '.' ? name : `${dirname(whiteout)}/${name}`, own);
}

function hideLower(target: UnpackTarget, path: string, own: Set<string>): void {
  if (own.has(path)) hideBelow(target, path, own);
  else removeMember(target, path);
}

function hideBelow(target: UnpackTarget, folder: string, own: Set<string>): undefined {
  for (const name of listMembers(target, folder)) hideLower(target, folder === '.' ? name : `${folder}/${name}`, own);
}
