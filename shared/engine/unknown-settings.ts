import { findMisspeltSettings, listConfigurations, type MisspeltSetting } from '@dema/spec';
import type { BuildpackFolder } from './builder.ts';

/** What the user set that looks like a setting of the group, is none, and is none of any other buildpack either. */
export function findUnknownSettings(
  userEnv: Record<string, string>,
  group: BuildpackFolder[],
  all: BuildpackFolder[],
): (MisspeltSetting & { buildpack: string })[] {
  const owners = new Map(group.flatMap((one) => namesOf(one).map((name) => [name, one.descriptor.buildpack.id])));
  const known = all.flatMap(namesOf);
  return findMisspeltSettings(Object.keys(userEnv), [...owners.keys()], known).map((setting) => ({
    ...setting,
    buildpack: owners.get(setting.nearest) ?? '',
  }));
}

function namesOf({ descriptor }: BuildpackFolder): string[] {
  return listConfigurations(descriptor.metadata).flatMap(({ name, formerly }) => [name, ...formerly]);
}
