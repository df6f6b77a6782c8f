import { statSync } from 'node:fs';
import { isPath } from './is-path.ts';

/** The path in the name of a buildpack: of a folder, or of a package as `buildpack package` names it; undefined for an id. */
export function findBuildpackPath(text: string): string | undefined {
  if (text.startsWith('archive:')) return text.slice('archive:'.length);
  return isPath(text) || (text.endsWith('.cnb') && isFile(text)) ? text : undefined;
}

/** What no file can be called is none. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
