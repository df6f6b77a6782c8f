import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names what the code as it is now makes of these inputs: what was kept by an older state of it is not taken for the new one's. */
export async function determineAssemblyKey(inputs: string[]): Promise<string> {
  const hash = createHash('sha256').update(await digestOfCode());
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  return hash.digest('hex');
}

let known: Promise<string> | undefined;

/** Asked for by each image of a builder; the code does not change while it runs. */
function digestOfCode(): Promise<string> {
  known ??= findMadeDigest().then((made) => made ?? digestSources());
  return known;
}

/** A published package, in which the sources are not, has it in a file beside the bundle: of all that is in the bundle. */
export function findMadeDigest(): Promise<string | undefined> {
  return readFile(join(import.meta.dirname, 'code.sha256'), 'utf8').catch(() => undefined);
}

async function digestSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['.', '../shared/debian', '../shared/archive'].map((path) => join(import.meta.dirname, path))) {
    for (const name of (await readdir(folder)).sort()) {
      if (/(?<!\.test)\.[mc]?[jt]s$/.test(name)) hash.update(name).update(await readFile(join(folder, name)));
    }
  }
  return hash.digest('hex');
}
