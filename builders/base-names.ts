import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { referenceFromName } from '@dema/oci';
import { definitionPath, findBuilderFolder } from './builder-folder.ts';
import { baseUnknown } from './faults.ts';
import type { ImageRole } from './image-role.ts';
import { readBuilder } from './read-builder.ts';

/** What the base images of a builder are called: as its `builder.toml` says, else after its folder. */
export async function readBaseNames(name: string): Promise<Record<ImageRole, string>> {
  const folder = await findBuilderFolder(name, baseUnknown);
  const called = referenceFromName(basename(folder)).replace(/:latest$/, ':trixie');
  const { build, run } = existsSync(definitionPath(name, folder)) ? await readBuilder(name) : {};
  return {
    build: build?.image ?? `build-${called}`,
    run: run?.images[0]?.image ?? `run-${called}`,
  };
}
