import { statSync } from 'node:fs';

/** Whether an argument names a folder: it begins with `.` or `/`, or contains `/` and is one. Anything else is a name. */
export function isPath(text: string): boolean {
  return (
    /^[./]/.test(text) || (text.includes('/') && (statSync(text, { throwIfNoEntry: false })?.isDirectory() ?? false))
  );
}
