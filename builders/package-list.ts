import { readFile } from 'node:fs/promises';
import { packageListInvalid } from './faults.ts';

/** What something is made of, by name; each name has its reason. From `<name>.packages.json`, beside which stands `<name>.lock.json`. */
export interface PackageList {
  packages: string[];
  /** Names that count as installed and are left out with what only they need. */
  exclude: string[];
}

export async function readPackageList(file: string): Promise<PackageList> {
  const list = parseObject(await readFile(file, 'utf8'), file);
  return { packages: readNames(list, 'packages', file), exclude: readNames(list, 'exclude', file) };
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
