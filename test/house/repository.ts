import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text files of the repository by their path in it: those under version control and those that could be. */
export type Repository = ReadonlyMap<string, string>;

export const ROOT = join(import.meta.dirname, '../..');

export function readRepository(root: string): Repository {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const paths = [...new Set(list.toString().split('\0'))].filter((path) => path && existsSync(join(root, path)));
  const texts = paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
  return new Map(texts.filter(([, text]) => !text.includes('\0')));
}
