import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { builderFileMissing, builderUnknown } from './faults.ts';

/** The folder of a built-in builder, which stands beside this file, by its name, or any by its path, which begins with `.` or `/`. */
export async function findBuilderFolder(name: string): Promise<string> {
  if (/^[./]/.test(name)) return resolve(name);
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map((entry) => entry.name);
  if (!names.includes(name)) throw builderUnknown(name, names.sort());
  return join(import.meta.dirname, name);
}

/** Text of a file that a builder must have. */
export async function readBuilderFile(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? builderFileMissing(folder, name) : error;
  }
}
