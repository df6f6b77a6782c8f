import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { BindingFiles } from '@dema/spec';
import { bindingUnreadable } from './faults.ts';

/** Bindings as files of this machine. Fault BUILDPACK_BINDING_UNREADABLE. */
export const BINDING_FILES: BindingFiles = {
  list: (folder) => (isFolder(folder) ? attempt(folder, () => readdirSync(folder)) : []),
  isFolder,
  read: (path) => attempt(path, () => readFileSync(path, 'utf8')),
};

function isFolder(path: string): boolean {
  return attempt(path, () => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw bindingUnreadable(path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}
