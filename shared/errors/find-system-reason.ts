/**
 * Why the system refused to read or write a file, as words for a sentence; undefined for an error that is not the system's.
 * From the message, as QuickJS, on which this package runs too, has none of the modules of Node.js.
 */
export function findSystemReason(error: unknown): string | undefined {
  const { code, errno, message } = error as NodeJS.ErrnoException;
  if (errno === undefined) return undefined;
  if (code === 'EISDIR') return 'it is a folder';
  return /^E[A-Z0-9]+: (.+?), /.exec(message)?.[1] ?? code;
}
