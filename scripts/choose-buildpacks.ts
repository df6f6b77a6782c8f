import { resolve } from 'node:path';
import type { BuildpackFolder, GroupMember } from '@dema/engine';
import type { Store } from '@dema/store';
import { buildpackUnknown } from './faults.ts';
import { isPath } from './is-path.ts';
import { openBuildpack } from './packaged-buildpacks.ts';

export interface ChosenBuildpacks {
  buildpacks: BuildpackFolder[];
  order: GroupMember[][];
}

/**
 * One group of the buildpacks asked for, all required. A folder is named by a path, as everywhere on the command line;
 * anything else is the id of one that the builder holds.
 */
export async function chooseBuildpacks(
  store: Store,
  known: BuildpackFolder[],
  asked: string[],
): Promise<ChosenBuildpacks> {
  const buildpacks = await Promise.all(
    asked.map((name) => (isPath(name) ? openBuildpack(store, resolve(name)) : findById(known, name))),
  );
  const group = buildpacks.map(({ descriptor: { buildpack } }) => ({
    id: buildpack.id,
    version: buildpack.version,
    optional: false,
  }));
  return { buildpacks, order: [group] };
}

function findById(known: BuildpackFolder[], id: string): BuildpackFolder {
  const found = known.find(({ descriptor }) => descriptor.buildpack.id === id);
  const ids = known.map(({ descriptor }) => descriptor.buildpack.id);
  if (found === undefined) throw buildpackUnknown(id, ids);
  return found;
}
