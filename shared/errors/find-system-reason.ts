import { getSystemErrorMessage } from 'node:util';

/** Why the system refused to read or write a file, as words for a sentence; undefined for an error that is not the system's. */
export function findSystemReason(error: unknown): string | undefined {
  const { code, errno } = error as NodeJS.ErrnoException;
  if (errno === undefined) return undefined;
  return code === 'EISDIR' ? 'it is a folder' : getSystemErrorMessage(errno);
}
