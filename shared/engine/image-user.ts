import { join } from 'node:path';
import { findTopmost, followLinks } from './mount-points.ts';
import { readOutput } from './read-output.ts';
import { imageUserUnknown } from './run-faults.ts';

export interface ImageUser {
  uid: number;
  gid: number;
  home: string;
}

/**
 * The user of an image's configuration (`uid`, `uid:gid`, `name` or `name:group`), as the image's own `/etc/passwd` and
 * `/etc/group` have it; numbers need not stand there. Fault ENGINE_IMAGE_USER_UNKNOWN for a name that does not.
 */
export async function readImageUser(trees: string[], user: string | undefined): Promise<ImageUser> {
  const passwd = await readTable(trees, '/etc/passwd');
  const groups = await readTable(trees, '/etc/group');
  const [name = '0', group] = (user || '0').split(':');
  const row = findRow(passwd, name);
  return {
    uid: asId(row?.[2] ?? name, name, 'user'),
    gid: group ? asId(findRow(groups, group)?.[2] ?? group, group, 'group') : asId(row?.[3] ?? '0', name, 'user'),
    home: row?.[5] || '/',
  };
}

function findRow(table: string[][], name: string): string[] | undefined {
  return table.find((fields) => fields[0] === name || fields[2] === name);
}

function asId(text: string, name: string, kind: 'user' | 'group'): number {
  if (!/^\d+$/.test(text)) throw imageUserUnknown(name, kind);
  return Number(text);
}

/** The topmost layer that has the file decides. Links in it mean the image. */
async function readTable(trees: string[], path: string): Promise<string[][]> {
  const place = await followLinks(path, trees);
  const found = await findTopmost(place, trees);
  const text = found && (await readOutput(join(found.tree, place)));
  return text === undefined ? [] : text.split('\n').map((line) => line.split(':'));
}
