import { apiAtLeast, supportsApi } from '@dema/spec';
import type { Builder, BuildpackFolder, GroupMember } from './builder.ts';
import { buildpackApiUnsupported, buildpackMissing, orderCyclic } from './faults.ts';

export type GroupElement = GroupMember & { buildpack: BuildpackFolder };

/** A builder's order, or that of a composite buildpack. */
type Order = readonly (readonly GroupMember[])[];

/** The parts of a builder that say who is asked. */
type WithOrder = Pick<Builder, 'name' | 'order' | 'system' | 'buildpacks'>;

interface Expansion {
  find(member: GroupMember): BuildpackFolder;
  execEnv: string;
}

/**
 * The groups to be tried in turn, of buildpacks with executables alone: a composite buildpack stands for each group of its own
 * order, and, where it is optional, at last for none. A buildpack that stands twice in a group counts once, the first time; one
 * that is for another execution environment not at all.
 */
export function expandOrder(builder: WithOrder, execEnv: string): Generator<GroupElement[]> {
  const find = (member: GroupMember) => findMember(builder, member);
  return expandGroups(wholeOrder(builder), { done: [], next: [], optional: false, above: [] }, { find, execEnv });
}

/** Every buildpack with executables that the order can lead to. Faults: ENGINE_BUILDPACK_MISSING, ENGINE_BUILDPACK_API_UNSUPPORTED. */
export function listBuildpacks(builder: WithOrder, execEnv: string): BuildpackFolder[] {
  const found = new Set<BuildpackFolder>();
  const visit = (order: Order) => {
    for (const member of order.flat()) {
      const buildpack = findMember(builder, member);
      if (found.has(buildpack)) continue;
      found.add(buildpack);
      visit(buildpack.descriptor.order ?? []);
    }
  };
  visit(wholeOrder(builder));
  return [...found].filter(({ descriptor }) => descriptor.order === undefined && isForEnvironment(descriptor, execEnv));
}

/** The order with the system buildpacks in every group. */
function wholeOrder({ order, system: { pre, post } }: WithOrder): Order {
  return order.map((group) => {
    const isNew = ({ id }: GroupMember) => !group.some((member) => member.id === id);
    return [...pre.filter(isNew), ...group, ...post.filter(isNew)];
  });
}

interface Outer {
  /** What stands before, already expanded. */
  done: GroupElement[];
  /** What stands behind. */
  next: readonly GroupMember[];
  /** Whether the order may be left out. */
  optional: boolean;
  /** Composite buildpacks that this order is part of. */
  above: readonly BuildpackFolder[];
}

function* expandGroups(order: Order, outer: Outer, expansion: Expansion): Generator<GroupElement[]> {
  for (const group of order) yield* expandGroup([...group, ...outer.next], outer, expansion);
  if (outer.optional) yield* expandGroup(outer.next, outer, expansion);
}

function* expandGroup(
  group: readonly GroupMember[],
  { done, above }: Outer,
  expansion: Expansion,
): Generator<GroupElement[]> {
  const elements = [...done];
  for (const [index, member] of group.entries()) {
    if (elements.some(({ id }) => id === member.id)) continue;
    const buildpack = expansion.find(member);
    const { order } = buildpack.descriptor;
    if (order && above.includes(buildpack)) throw orderCyclic(member.id);
    if (order) {
      const outer = { done: elements, next: group.slice(index + 1), optional: member.optional };
      yield* expandGroups(order, { ...outer, above: [...above, buildpack] }, expansion);
      return;
    }
    if (isForEnvironment(buildpack.descriptor, expansion.execEnv)) elements.push({ ...member, buildpack });
  }
  yield elements;
}

function findMember({ buildpacks, name }: Pick<Builder, 'name' | 'buildpacks'>, member: GroupMember): BuildpackFolder {
  const { id, version } = member;
  const buildpack = buildpacks.find(
    ({ descriptor }) => descriptor.buildpack.id === id && (!version || descriptor.buildpack.version === version),
  );
  if (buildpack === undefined) throw buildpackMissing(version ? `${id}@${version}` : id, name);
  if (!supportsApi('buildpack', buildpack.descriptor.api)) throw buildpackApiUnsupported(id, buildpack.descriptor.api);
  return buildpack;
}

/** Since Buildpack API 0.12 a buildpack may say in which execution environments it takes part. */
function isForEnvironment({ api, buildpack }: BuildpackFolder['descriptor'], execEnv: string): boolean {
  if (!apiAtLeast(api, '0.12') || buildpack.execEnv.length === 0) return true;
  return buildpack.execEnv.includes('*') || buildpack.execEnv.includes(execEnv);
}
