import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf } from './digest.ts';
import { tempPath } from './temp-folders.ts';

/** A record that is absent, or that something else than `writeRecord` wrote, is `undefined`: records can always be made again. */
export async function readRecord(root: string, kind: string, key: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(recordPath(root, kind, key), 'utf8'));
  } catch {
    return undefined;
  }
}

export async function writeRecord(root: string, kind: string, key: string, value: unknown): Promise<void> {
  const path = recordPath(root, kind, key);
  const temp = tempPath(join(root, 'tmp'));
  try {
    await writeFile(temp, JSON.stringify(value), { flag: 'wx' });
    await mkdir(dirname(path), { recursive: true });
    await rename(temp, path);
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw error;
  }
}

function recordPath(root: string, kind: string, key: string): string {
  return join(root, 'records', fileName(kind), `${fileName(key)}.json`);
}

/** The text itself where it can be a file's name, else its hash: keys may be addresses, versions, anything. */
export function fileName(key: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9._:+@-]{0,199}$/.test(key) ? key : `key-${digestOf(key).slice('sha256:'.length)}`;
}
