import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '@dema/errors';
import { parseToml } from '@dema/spec';
import { fileInvalid, fileUnreadable } from './faults.ts';
import { findJsonMistake, type TextPosition } from './json-position.ts';

/** A folder that is only looked at. Names are relative to it; a name that is not there is undefined, not an error. */
export interface FolderView {
  /** Absolute path. */
  path: string;
  /** Absolute path of something in the folder. */
  file(...names: string[]): string;
  has(name: string): Promise<boolean>;
  isFolder(name: string): Promise<boolean>;
  /** The first of these names that is a file. */
  find(...names: string[]): Promise<string | undefined>;
  /** Names in the folder (or in one below it), sorted; empty when there is none. */
  list(name?: string): Promise<string[]>;
  readText(name: string): Promise<string | undefined>;
  /** Fault APP_FILE_INVALID with line and column, or the one that `invalid` makes of them. */
  readJson(name: string, invalid?: (position: TextPosition, problem: string) => Fault): Promise<unknown>;
  /** Fault SPEC_TOML_INVALID with line and column. `T` is what the author expects, which nothing checks. */
  readToml<T = Record<string, unknown>>(name: string): Promise<T | undefined>;
  /** Where a symbolic link leads in the end, relative to this folder; undefined when that is outside of it or nowhere. */
  resolveLink(name: string): Promise<string | undefined>;
  /** Target of a symbolic link as it is written; undefined when it is none. */
  readLink(name: string): Promise<string | undefined>;
  /** sha256 of the file's bytes in hex, for layer keys. */
  digest(name: string): Promise<string | undefined>;
  at(name: string): FolderView;
}

export function viewFolder(path: string): FolderView {
  function file(...names: string[]): string {
    return join(path, ...names);
  }
  async function readText(name: string): Promise<string | undefined> {
    const bytes = await readOrUndefined(file(name));
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }
  return {
    path,
    file,
    readText,
    has: (name) => isKind(file(name), () => true),
    isFolder: (name) => isKind(file(name), (found) => found.isDirectory()),
    list: async (name = '.') => (await readdir(file(name)).catch(ignoreMissing<string[]>([]))).sort(),
    async find(...names) {
      for (const name of names) if (await isKind(file(name), (found) => found.isFile())) return name;
      return undefined;
    },
    async readJson(name, invalid = (position, problem) => fileInvalid(name, position, problem)) {
      const text = await readText(name);
      return text === undefined ? undefined : parseJson(text, invalid);
    },
    async readToml<T>(name: string) {
      const text = await readText(name);
      return text === undefined ? undefined : (parseToml(text, name) as T);
    },
    async resolveLink(name) {
      const [root, target] = await Promise.all([realpath(path), realpath(file(name)).catch(ignoreMissing(''))]);
      return target.startsWith(`${root}/`) ? target.slice(root.length + 1) : undefined;
    },
    readLink: (name) => readlink(file(name)).catch(() => undefined),
    async digest(name) {
      const bytes = await readOrUndefined(file(name));
      const { createHash } = await import('node:crypto');
      return bytes && createHash('sha256').update(bytes).digest('hex');
    },
    at: (name) => viewFolder(file(name)),
  };
}

function parseJson(text: string, invalid: (position: TextPosition, problem: string) => Fault): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    const { position, problem } = findJsonMistake(text);
    throw invalid(position, problem);
  }
}

async function isKind(path: string, test: (found: { isFile(): boolean; isDirectory(): boolean }) => boolean) {
  const found = await stat(path).catch(ignoreMissing(undefined));
  return found !== undefined && test(found);
}

async function readOrUndefined(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(ignoreMissing(undefined));
}

const MISSING = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'];

function ignoreMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (MISSING.includes(error.code ?? '')) return instead;
    throw fileUnreadable(error.path, error.code ?? error.message);
  };
}
