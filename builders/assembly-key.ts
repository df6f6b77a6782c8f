import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names what the code as it is now makes of these inputs: what was kept by an older state of it is not taken for the new one's. */
export async function determineAssemblyKey(inputs: string[]): Promise<string> {
  const hash = createHash('sha256');
  const folders = [import.meta.dirname, ...['@dema/debian', '@dema/archive'].map(folderOf)];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      if (/(?<!\.test)\.[mc]?[jt]s$/.test(name)) hash.update(name).update(await readFile(join(folder, name)));
    }
  }
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  return hash.digest('hex');
}

function folderOf(name: string): string {
  return dirname(fileURLToPath(import.meta.resolve(name)));
}
