import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SECRET = 'what stands beside the folder';

export interface FolderGuard {
  /** The folder, new and empty. */
  open(): string;
  /** What was changed beside it; undefined when all is as it was. */
  findTrace(): string | undefined;
}

/** A folder for each input, with things around it that must stay as they are. */
export function guardFolder(outer: string): FolderGuard {
  const [inner, beside] = [join(outer, 'inner'), join(outer, 'beside')];
  mkdirSync(outer, { recursive: true });
  writeFileSync(beside, SECRET);
  const before = stateOf(beside);
  mkdirSync(inner);
  return {
    open() {
      if (readdirSync(inner).length === 0) return inner;
      rmSync(inner, { recursive: true, force: true });
      mkdirSync(inner);
      return inner;
    },
    findTrace() {
      const names = readdirSync(outer).filter((name) => name !== 'inner' && name !== 'beside');
      if (names.length > 0) return names.join(', ');
      return stateOf(beside) === before && readFileSync(beside, 'utf8') === SECRET ? undefined : 'beside was changed';
    },
  };
}

function stateOf(path: string): string {
  const { mode, ino, nlink, mtimeMs } = lstatSync(path);
  return [mode, ino, nlink, mtimeMs].join(' ');
}
