import { statfsSync } from 'node:fs';
import { type Fault, fault, isFault } from '@dema/errors';

const MOVE = 'or name a folder elsewhere: DEMA_CACHE for the cache, XDG_DATA_HOME for images';

/** @param needed bytes that were to be written at least, where that is known */
export function diskFull(root: string, cause?: unknown, needed?: number): Fault {
  const space = readSpace(root);
  return fault('STORE_DISK_FULL', {
    problem: `No space is left for the content store at ${root}.`,
    fix: `Free some space there (\`dema cache prune\` removes what was not used of late; a first build takes about 1 GB), ${MOVE}.`,
    blame: 'platform',
    details: [
      ...(space ? [`free: ${megabytes(space.free)} of ${megabytes(space.total)}`] : []),
      ...(needed ? [`needed: at least ${megabytes(needed)} for one file`] : []),
    ],
    cause,
  });
}

export function notWritable(root: string, path: string, cause?: unknown): Fault {
  return fault('STORE_NOT_WRITABLE', {
    problem: `The content store at ${root} cannot be written: ${path} is refused.`,
    fix: `Make ${root} and everything below it writable for the user who runs Dema, ${MOVE}.`,
    blame: 'platform',
    details: cause instanceof Error ? [cause.message] : [],
    cause,
  });
}

export function contentGone(root: string, path: string, cause?: unknown): Fault {
  return fault('STORE_CONTENT_GONE', {
    problem: `Something that is in use was removed from the content store at ${root}: ${path}.`,
    fix: 'Start again: what is missing is made anew. `dema cache prune` removes only what nobody uses.',
    blame: 'platform',
    details: cause instanceof Error ? [cause.message] : [],
    cause,
  });
}

export function blobCorrupt(found: string, expected: string): Fault {
  return fault('STORE_BLOB_CORRUPT', {
    problem: `Content that should be ${expected} is ${found}.`,
    fix: 'Try again. If it happens again, look at what makes or carries this content: a disk, a proxy, a program that writes while it is read.',
    blame: 'platform',
  });
}

/** Runs with errors of the file system below `root` explained. */
export async function explained<T>(root: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asStoreFault(root, error);
  }
}

/** What a person can do about an error of the file system below `root`; anything else comes back as it is. */
export function asStoreFault(root: string, error: unknown): unknown {
  if (!(error instanceof Error) || (isFault(error) && error.code.startsWith('STORE_'))) return error;
  const { code, path = '', dest = '', needed } = systemErrorOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(root, error, needed);
  if (isFault(error)) return error;
  const ours = [path, dest].find((one) => one && (isBelow(one, root) || isBelow(root, one)));
  if (ours && (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')) {
    return notWritable(root, ours, error);
  }
  return code === 'ENOENT' && isBelow(path, root) ? contentGone(root, path, error) : error;
}

interface SystemError {
  code?: string;
  path?: string;
  dest?: string;
  needed?: number;
}

/** The error itself, or the one of the system that a fault of another package explains. */
function systemErrorOf(error: Error): SystemError {
  return (isFault(error) && error.cause instanceof Error ? error.cause : error) as SystemError;
}

function readSpace(root: string): { free: number; total: number } | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(root);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch {
    return undefined;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
