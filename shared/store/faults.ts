import { type Fault, fault, isFault } from '@dema/errors';

const MOVE = 'or set DEMA_CACHE to a folder';

export function diskFull(root: string, cause?: unknown): Fault {
  return fault('STORE_DISK_FULL', {
    problem: `No space is left for the content store at ${root}.`,
    fix: `Free some space (\`dema cache prune\` removes what was not used of late), ${MOVE} on a larger disk.`,
    blame: 'platform',
    cause,
  });
}

export function notWritable(root: string, path: string, cause?: unknown): Fault {
  return fault('STORE_NOT_WRITABLE', {
    problem: `The content store at ${root} cannot be written: ${path} is refused.`,
    fix: `Make ${root} and everything below it writable for the user who runs Dema, ${MOVE} that is.`,
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

/** What a person can do about an error of the file system below `root`; anything else comes back as it is. */
export function asStoreFault(root: string, error: unknown): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  const { code, path = '', dest = '' } = error as NodeJS.ErrnoException & { dest?: string };
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(root, error);
  const ours = [path, dest].find((one) => one && (isBelow(one, root) || isBelow(root, one)));
  if (ours && (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')) {
    return notWritable(root, ours, error);
  }
  return error;
}

/** Runs with errors of the file system below `root` explained. */
export async function explained<T>(root: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asStoreFault(root, error);
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
