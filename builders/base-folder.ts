import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { definitionPath, findBuilderFolder } from './builder-folder.ts';
import { baseUnknown } from './faults.ts';
import type { ImageRole } from './image-role.ts';
import { readBuilder } from './read-builder.ts';

/** `dema/run-base:trixie`. */
const BUILT_IN = /^dema\/(build|run)-([a-z0-9]+):trixie$/;

/**
 * The folder with the `base.toml` of a builder's image: the builder's own, or that of the built-in image which its
 * `builder.toml` names. A folder that has neither is given as it is. `namedIn` is the base.toml that names it, if one does.
 * Fault: BUILDER_NAME_UNKNOWN.
 */
export async function findBaseFolder(name: string, role: ImageRole, namedIn?: string): Promise<string> {
  const folder = await findBuilderFolder(name, (unknown, known) => baseUnknown(unknown, known, namedIn));
  if (existsSync(join(folder, 'base.toml')) || !existsSync(definitionPath(name, folder))) return folder;
  const { build, run } = await readBuilder(name);
  const [, of, builtIn] = BUILT_IN.exec((role === 'build' ? build.image : run.images[0]?.image) ?? '') ?? [];
  return of === role && builtIn ? findBuilderFolder(builtIn) : folder;
}

/** Whether a builder makes that image out of packages; otherwise its definition names one that is there. */
export async function makesOwnImage(name: string, role: ImageRole): Promise<boolean> {
  return existsSync(join(await findBaseFolder(name, role), 'base.toml'));
}
