import { resolve } from 'node:path';
import type { BuildpackFolder, GroupMember } from '@dema/engine';
import type { ProjectBuildpack } from '@dema/spec';
import type { Store } from '@dema/store';
import { findBuildpackPath } from './buildpack-path.ts';
import { buildpackUnknown } from './faults.ts';
import { makeInlineBuildpack } from './inline-buildpack.ts';
import { openBuildpack, openBuildpacks } from './packaged-buildpacks.ts';

/** Buildpacks that a build asks for beside, or instead of, what its builder has. */
export interface BuildpackWishes {
  /** Takes the place of the builder's order when it is not empty. */
  group: ProjectBuildpack[];
  /** Stand before and after every group. */
  pre: ProjectBuildpack[];
  post: ProjectBuildpack[];
  /** Folder that relative paths start from. */
  folder: string;
}

export interface ChosenBuildpacks {
  buildpacks: BuildpackFolder[];
  order: GroupMember[][];
}

/** What an option says that may be repeated and holds words with commas between them; undefined when it is not given. */
export function parseBuildpackOptions(texts: string[] | undefined): ProjectBuildpack[] | undefined {
  return texts?.flatMap((text) => text.split(',')).map(parseBuildpack);
}

/** A folder or a package is named by a path, anything else is the id of a buildpack that the builder holds, also as pack spells that. */
function parseBuildpack(text: string): ProjectBuildpack {
  const path = findBuildpackPath(text);
  if (path !== undefined) return { uri: resolve(path) };
  const [id = '', version] = text.replace(/^(urn:cnb:builder:|from=builder:)/, '').split('@');
  return { id, version };
}

/** The builder's buildpacks and order with the wishes carried out. */
export async function chooseBuildpacks(
  store: Store,
  held: ChosenBuildpacks,
  { group, pre, post, folder }: BuildpackWishes,
): Promise<ChosenBuildpacks> {
  const open = (wishes: ProjectBuildpack[]) => Promise.all(wishes.map((wish) => openWish(store, held, wish, folder)));
  const [before, chosen, after] = await Promise.all([open(pre), open(group), open(post)]);
  const order = chosen.length > 0 ? [chosen.map(memberOf)] : held.order;
  const opened = [before, chosen, after].flat(2);
  return {
    buildpacks: [...new Set([...held.buildpacks, ...opened])],
    order: order.map((members) => [...before.map(memberOf), ...members, ...after.map(memberOf)]),
  };
}

/** The buildpack that was asked for, and those that it is composed of. */
type OpenedWish = [BuildpackFolder, ...BuildpackFolder[]];

async function openWish(
  store: Store,
  { buildpacks }: ChosenBuildpacks,
  wish: ProjectBuildpack,
  folder: string,
): Promise<OpenedWish> {
  if (wish.script) return [await openBuildpack(store, await makeInlineBuildpack(store, wish, wish.script))];
  if (wish.uri !== undefined) return openBuildpacks(store, resolve(folder, wish.uri.replace(/^file:\/\//, '')));
  const found = buildpacks.find(({ descriptor: { buildpack } }) => {
    return buildpack.id === wish.id && (!wish.version || buildpack.version === wish.version);
  });
  const known = buildpacks.map(({ descriptor: { buildpack } }) => `${buildpack.id}@${buildpack.version}`);
  if (found === undefined) throw buildpackUnknown([wish.id, wish.version].filter(Boolean).join('@'), known);
  return [found];
}

function memberOf([
  {
    descriptor: { buildpack },
  },
]: OpenedWish): GroupMember {
  return { id: buildpack.id, version: buildpack.version, optional: false };
}
