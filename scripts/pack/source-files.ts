import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

const LEFT_OUT = /(^|\/)(node_modules|dist|__snapshots__)\/|^(shared\/testkit|scripts\/pack)\/|\.(test|fuzz)\.ts$/;
const MADE_FOR_PEOPLE = /(^|\/)(README\.md|package\.json|tsconfig\.json)$/;

/** The files of the parts that the published package is made of, by their paths in the repository, in order. */
export async function listSourceFiles(repository: string): Promise<string[]> {
  const parts = await Promise.all(['shared', 'builders', 'scripts'].map((part) => listFiles(join(repository, part))));
  return parts
    .flat()
    .map((file) => relative(repository, file))
    .filter((file) => !LEFT_OUT.test(file))
    .sort();
}

/** What code reads at run time: everything beside it that is not code. */
export function isData(file: string): boolean {
  return !file.startsWith('scripts/') && !/\.[mc]?[jt]s$/.test(file) && !MADE_FOR_PEOPLE.test(file);
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
