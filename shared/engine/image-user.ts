import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ImageUser {
  uid: number;
  gid: number;
  home: string;
}

/** The user of an image's configuration (`uid`, `uid:gid`, `name` or `name:group`), as the image's own `/etc/passwd` and `/etc/group` have it. */
export async function readImageUser(trees: string[], user: string | undefined): Promise<ImageUser> {
  const passwd = await readTable(trees, 'etc/passwd');
  const groups = await readTable(trees, 'etc/group');
  const [name = '0', group] = (user || '0').split(':');
  const row = passwd.find((fields) => fields[0] === name || fields[2] === name);
  const groupRow = groups.find((fields) => fields[0] === group || fields[2] === group);
  return {
    uid: Number(row?.[2] ?? name) || 0,
    gid: Number(group === undefined ? row?.[3] : (groupRow?.[2] ?? group)) || 0,
    home: row?.[5] ?? '/',
  };
}

/** The topmost layer that has the file decides. */
async function readTable(trees: string[], path: string): Promise<string[][]> {
  for (const tree of trees.toReversed()) {
    const text = await readFile(join(tree, path), 'utf8').catch(() => undefined);
    if (text !== undefined) return text.split('\n').map((line) => line.split(':'));
  }
  return [];
}
