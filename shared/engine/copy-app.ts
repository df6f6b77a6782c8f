import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { decodePath, systemPath } from '@dema/archive';
import { type AppFiles, fileFilter } from './app-files.ts';
import { appUnreadable } from './faults.ts';

export interface CopyOptions extends AppFiles {
  /** Absolute paths that are no part of the app though they lie in its folder, such as the store. */
  without?: string[];
  /** Told of every socket, pipe and device of the app, relative to its folder: an image cannot have it. */
  onLeftOut?: (path: string) => void;
  signal?: AbortSignal;
}

/**
 * Copies the app so that the user's folder is never written to, and so that the copy depends on names and contents
 * alone: modes become 0755 or 0644 by the owner's execute bit, sockets, pipes and devices are left out, links stay as they are.
 * Fault: ENGINE_APP_UNREADABLE.
 */
export async function copyApp(from: string, to: string, options: CopyOptions = {}): Promise<void> {
  mkdirSync(to, { recursive: true });
  await copyFolder({ from, to, path: '', isWanted: fileFilter(options) }, options);
}

interface FolderCopy {
  from: string;
  to: string;
  /** Relative to the app's folder, with a `/` at its end, or empty. */
  path: string;
  isWanted: (path: string) => boolean;
}

/** Gives whether anything was copied. */
async function copyFolder({ from, to, path, isWanted }: FolderCopy, options: CopyOptions): Promise<boolean> {
  options.signal?.throwIfAborted();
  chmodSync(systemPath(to), 0o755);
  let hasCopied = false;
  for (const entry of await readFolder(from, path)) {
    const name = decodePath(entry.name);
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    const relative = `${path}${name}${entry.isDirectory() ? '/' : ''}`;
    if (options.without?.includes(source) || !isWanted(relative)) continue;
    if (entry.isDirectory()) {
      mkdirSync(systemPath(target));
      const isFilled = await copyFolder({ from: source, to: target, path: relative, isWanted }, options);
      // Where files are named one by one, folders of others are not wanted either.
      if (!isFilled && options.include) rmdirSync(systemPath(target));
      else hasCopied = true;
    } else if (entry.isSymbolicLink() || entry.isFile()) {
      readable(relative, () => copyFile(systemPath(source), systemPath(target), entry.isSymbolicLink()));
      hasCopied = true;
    } else {
      options.onLeftOut?.(relative);
    }
  }
  return hasCopied;
}

async function readFolder(folder: string, path: string) {
  return readdir(systemPath(folder), { withFileTypes: true, encoding: 'buffer' }).catch((error) => {
    throw appUnreadable(path || folder, error.code);
  });
}

/** Without waiting in between: of many small files the waiting would be most of the time. */
function copyFile(source: string | Buffer, target: string | Buffer, isLink: boolean): void {
  if (isLink) {
    symlinkSync(readlinkSync(source, 'buffer'), target);
    return;
  }
  const mode = lstatSync(source).mode & 0o7777;
  const wanted = mode & 0o100 ? 0o755 : 0o644;
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  if (mode !== wanted) chmodSync(target, wanted);
}

function readable(path: string, copy: () => void): void {
  try {
    copy();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw ['EACCES', 'EPERM', 'EIO'].includes(code) ? appUnreadable(path, code) : error;
  }
}
