import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageListInvalid } from './faults.ts';

/** What an image is made of, by name; each name has its reason. From `<name>.packages.json`, beside which stands `<name>.lock.json`. */
export interface PackageList {
  packages: string[];
  /** Names that count as installed and are left out with what only they need. Those of the list that is extended do not count. */
  exclude: string[];
}

/** Reads a list and those that it extends. */
export async function readPackageList(file: string): Promise<PackageList> {
  const list = parseObject(await readFile(file, 'utf8'), file);
  const own = { packages: readNames(list, 'packages', file), exclude: readNames(list, 'exclude', file) };
  if (typeof list.extends !== 'string') return own;
  const base = await readPackageList(join(dirname(file), list.extends));
  return { ...own, packages: [...new Set([...base.packages, ...own.packages])].sort() };
}

function readNames(list: Record<string, unknown>, key: string, file: string): string[] {
  const value = list[key] ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) throw packageListInvalid(file, `"${key}" is not an object`);
  for (const [name, reason] of Object.entries(value)) {
    if (typeof reason !== 'string' || reason === '')
      throw packageListInvalid(file, `"${key}" gives no reason for ${name}`);
  }
  return Object.keys(value);
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw packageListInvalid(file, String(error));
  }
}
