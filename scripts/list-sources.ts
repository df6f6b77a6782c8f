import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Files of code and data below a folder, or the file itself, in the order of their names: no tests, and nothing of npm's. */
export async function listSources(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) return existsSync(path) ? [path] : [];
  return entries
    .filter((entry) => entry.isFile() && /\.([mc]?[jt]s|json|toml)$/.test(entry.name))
    .filter((entry) => !/\.(test|fuzz)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(^|\/)node_modules\//.test(relative(path, file)))
    .sort();
}
