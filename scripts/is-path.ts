import { statSync } from 'node:fs';

/** Whether an argument names a folder: it begins with `.` or `/`, or contains `/` and is one. Anything else is a name. */
export function isPath(text: string): boolean {
  return /^[./]/.test(text) || (text.includes('/') && isFolder(text));
}

/** What no file can be called is none. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
