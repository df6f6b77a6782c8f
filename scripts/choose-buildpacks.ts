import type { BuildpackFolder, GroupMember } from '@dema/engine';
import type { ProjectBuildpack } from '@dema/spec';
import { buildpackUnknown } from './faults.ts';
import { findHeld, findStoredPackage } from './find-buildpack.ts';
import { makeInlineBuildpack } from './inline-buildpack.ts';
import { type Locator, parseLocator, parseLocatorArgument, splitVersion } from './locator.ts';
import { type Modules, type OpenModulesOptions, openModules } from './open-modules.ts';
import { openBuildpack } from './packaged-buildpacks.ts';
import type { Workplace } from './workplace.ts';

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
  return texts?.flatMap((text) => text.split(',')).map((text) => asWish(parseLocatorArgument(text)));
}

/** As project.toml would say it, but that its paths do not depend on where that file is. */
function asWish(locator: Locator): ProjectBuildpack {
  if (locator.kind === 'path') return { uri: locator.path };
  if (locator.kind === 'url') return { uri: locator.url };
  if (locator.kind === 'image') return { uri: locator.name };
  if (locator.kind === 'name') return splitVersion(locator.name);
  return locator.id === undefined ? { uri: 'from=builder' } : { id: locator.id, version: locator.version };
}

/** The builder's buildpacks and order with the wishes carried out. */
export async function chooseBuildpacks(
  workplace: Workplace,
  held: ChosenBuildpacks,
  { group, pre, post, folder }: BuildpackWishes,
  options: OpenModulesOptions,
): Promise<ChosenBuildpacks> {
  const open = (wishes: ProjectBuildpack[]) =>
    Promise.all(wishes.map((wish) => openWish(workplace, held, wish, { ...options, folder })));
  const [before, chosen, after] = await Promise.all([open(pre), open(group), open(post)]);
  const middle = chosen.length > 0 ? chosen : [held.order];
  const opened = [before, chosen, after].flat().filter(isModules).flat();
  return {
    buildpacks: [...new Set([...held.buildpacks, ...opened])],
    order: [...before, ...middle, ...after].reduce(addToOrder, [[]]),
  };
}

/** A buildpack with those that it is composed of, or all groups of the builder's order. */
type OpenedWish = Modules | GroupMember[][];

function isModules(opened: OpenedWish): opened is Modules {
  const [first] = opened;
  return first !== undefined && 'folder' in first;
}

function addToOrder(order: GroupMember[][], opened: OpenedWish): GroupMember[][] {
  const groups = isModules(opened) ? [[memberOf(opened)]] : opened;
  return order.flatMap((members) => groups.map((group) => [...members, ...group]));
}

async function openWish(
  workplace: Workplace,
  held: ChosenBuildpacks,
  wish: ProjectBuildpack,
  { folder, ...options }: OpenModulesOptions & { folder: string },
): Promise<OpenedWish> {
  const { store } = workplace;
  if (wish.script) return [await openBuildpack(store, await makeInlineBuildpack(store, wish, wish.script))];
  const locator = wish.uri === undefined ? undefined : parseLocator(wish.uri, folder);
  if (locator?.kind === 'builder' && locator.id === undefined) return held.order;
  if (locator && locator.kind !== 'builder' && locator.kind !== 'name')
    return openModules(workplace, locator, { ...options, withoutRuntime: true });
  const wanted = locator?.kind === 'name' ? splitVersion(locator.name) : (locator ?? wish);
  const found = findHeld(held.buildpacks, wanted);
  if (found) return [found];
  const name = [wanted.id, wanted.version].filter(Boolean).join('@');
  const stored = locator?.kind === 'builder' ? undefined : await findStoredPackage(workplace, name);
  if (stored) return openModules(workplace, stored, { ...options, withoutRuntime: true });
  const known = held.buildpacks.map(({ descriptor: { buildpack } }) => `${buildpack.id}@${buildpack.version}`);
  throw buildpackUnknown(name, known);
}

function memberOf([{ descriptor }]: Modules): GroupMember {
  const { id, version } = descriptor.buildpack;
  return { id, version, optional: false };
}
