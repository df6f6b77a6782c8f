import * as os from 'qjs:os';
import * as std from 'qjs:std';
import { type Bytes, bytesFrom, decode } from './bytes.ts';

const CHUNK = 64 * 1024;

export function readAll(file: std.StdFile): Bytes {
  const buffer = new ArrayBuffer(CHUNK);
  const parts: Bytes[] = [];
  for (let length = file.read(buffer, 0, CHUNK); length > 0; length = file.read(buffer, 0, CHUNK)) {
    parts.push(bytesFrom(buffer, length));
  }
  return parts.join('') as Bytes;
}

/** Undefined when the file is not there or cannot be read. */
export function findFile(path: string): Bytes | undefined {
  const file = std.open(path, 'rb');
  if (!file) return undefined;
  try {
    return readAll(file);
  } finally {
    file.close();
  }
}

export function findText(path: string): string | undefined {
  const bytes = findFile(path);
  return bytes === undefined ? undefined : decode(bytes);
}

/** Names in a folder in the order of their bytes; none when there is no such folder. */
export function listFolder(folder: string): string[] {
  return os
    .readdir(folder)[0]
    .filter((name) => name !== '.' && name !== '..')
    .sort();
}

/** As the lifecycle sees it: a symbolic link to a folder is not one. */
export function isOwnFolder(path: string): boolean {
  return isFolderMode(os.lstat(path)[0]?.mode);
}

export function isFolder(path: string): boolean {
  return isFolderMode(os.stat(path)[0]?.mode);
}

export function exists(path: string): boolean {
  return os.stat(path)[0] !== null;
}

export function isExecutable(path: string): boolean {
  const mode = os.stat(path)[0]?.mode;
  return mode !== undefined && !isFolderMode(mode) && (mode & 0o111) !== 0;
}

function isFolderMode(mode: number | undefined): boolean {
  return mode !== undefined && (mode & os.S_IFMT) === os.S_IFDIR;
}
