import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findSystemReason } from '@dema/errors';
import { builderFileMissing, builderFileUnreadable, builderUnknown } from './faults.ts';

/**
 * The folder of a built-in builder by its name, or any by its path, which begins with `.` or `/`, or that of its definition, which ends
 * with `.toml`. Fault: that of `refuse`.
 */
export async function findBuilderFolder(name: string, refuse = builderUnknown): Promise<string> {
  if (name.endsWith('.toml')) return dirname(resolve(name));
  if (/^[./]/.test(name)) return resolve(name);
  const names = await listBuiltIn();
  if (!names.includes(name)) throw refuse(name, names);
  return join(import.meta.dirname, name);
}

/** Path of the definition of a builder, which its folder need not have: the file that was named, or the one of the usual name. */
export function definitionPath(name: string, folder: string): string {
  return name.endsWith('.toml') ? resolve(name) : join(folder, 'builder.toml');
}

/** Names of the built-in builders. */
export async function listBuiltIn(): Promise<string[]> {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules');
  return folders.map((entry) => entry.name).sort();
}

/** Text of a file that a builder must have. Faults: BUILDER_FILE_MISSING, BUILDER_FILE_UNREADABLE. */
export async function readBuilderFile(folder: string, name: string): Promise<string> {
  const text = await findBuilderFile(join(folder, name));
  if (text === undefined) throw builderFileMissing(folder, name);
  return text;
}

/** Text of a file of a builder; undefined when there is none. Fault: BUILDER_FILE_UNREADABLE. */
export async function findBuilderFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const reason = findSystemReason(error);
    throw reason === undefined ? error : builderFileUnreadable(file, reason);
  }
}
