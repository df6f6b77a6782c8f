import { mkdir, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestOf } from './digest.ts';
import { retryAfterRemoval } from './retry-after-removal.ts';
import { tempPath } from './temp-folders.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A record that is absent, or that is not just as `writeRecord` wrote it, is `undefined`: records can always be made again. */
export async function readRecord(root: string, kind: string, key: string): Promise<unknown> {
  const name = recordName(kind, key);
  const path = join(root, 'records', name);
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    if (Date.now() - mtimeMs > DAY_MS) await utimes(path, new Date(), new Date()).catch(() => undefined);
    return parseRecord(text, name);
  } catch {
    return undefined;
  }
}

export async function writeRecord(root: string, kind: string, key: string, value: unknown): Promise<void> {
  const name = recordName(kind, key);
  const path = join(root, 'records', name);
  const temp = tempPath(join(root, 'tmp'));
  const text = renderRecord(JSON.stringify(value), name);
  try {
    await retryAfterRemoval(dirname(temp), () => writeFile(temp, text, { flag: 'wx' }));
    await mkdir(dirname(path), { recursive: true });
    await rename(temp, path);
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw error;
  }
}

/** Every readable record of a kind. */
export async function readRecords(root: string, kind: string): Promise<unknown[]> {
  const folder = fileName(kind);
  const names = await readdir(join(root, 'records', folder)).catch(() => []);
  const texts = await Promise.all(
    names.map((name) => readFile(join(root, 'records', folder, name), 'utf8').catch(() => '')),
  );
  return texts.flatMap((text, index) => {
    try {
      return [parseRecord(text, join(folder, names[index] ?? ''))];
    } catch {
      return [];
    }
  });
}

/** What a file holds that has this name below `records`: `<kind>/<key>.json`. Throws when it is not just what was written. */
export function parseRecord(text: string, name: string): unknown {
  const json = text.slice(renderRecord('', name).length - 1, -1);
  if (renderRecord(json, name) !== text) throw new Error('its content is not what was written');
  return JSON.parse(json);
}

/** The digest comes first and has a fixed length, so that the value behind it need not be taken apart to be checked. */
function renderRecord(json: string, name: string): string {
  const digest: Digest = digestOf(`${name}\n${json}`);
  return `{"digest":"${digest}","value":${json}}`;
}

function recordName(kind: string, key: string): string {
  return join(fileName(kind), `${fileName(key)}.json`);
}

/** The text itself where it can be a file's name, else its hash: keys may be addresses, versions, anything. */
export function fileName(key: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9._:+@-]{0,199}$/.test(key) ? key : `key-${digestOf(key).slice('sha256:'.length)}`;
}
