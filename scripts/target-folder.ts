import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '@dema/spec';
import { targetWords } from './target-option.ts';

/**
 * The folder of a buildpack that holds its files for one target: `<os>/<arch>/<variant>/<distro>@<version>` below it, as far as there
 * are such folders; undefined when there is not even one for the system.
 */
export function findTargetFolder(folder: string, target: Target): string | undefined {
  let found = folder;
  for (const word of targetWords(target)) {
    const below = join(found, word);
    if (!statSync(below, { throwIfNoEntry: false })?.isDirectory()) break;
    found = below;
  }
  return found === folder ? undefined : found;
}
