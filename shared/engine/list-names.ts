import { readdir } from 'node:fs/promises';

/** What is in a folder, by name and sorted; nothing where there is no such folder. */
export async function listNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
