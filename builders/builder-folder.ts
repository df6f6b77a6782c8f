import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { builderUnknown } from './faults.ts';

/** The folder of a built-in builder: one with a `builder.toml` beside this file. */
export async function findBuilderFolder(name: string): Promise<string> {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map((entry) => entry.name);
  if (!names.includes(name)) throw builderUnknown(name, names.sort());
  return join(import.meta.dirname, name);
}
