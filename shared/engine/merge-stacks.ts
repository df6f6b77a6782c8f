import type { BuildpackDescriptor } from '@dema/spec';

type Stack = BuildpackDescriptor['stacks'][number];

const ANY: Stack = { id: '*', mixins: [] };

/**
 * The stacks that a package runs on: those that all its buildpacks have in common, with the mixins of all. A composite buildpack
 * has none to say; another one that names none runs on any. None in common is an empty list.
 */
export function mergeStacks(descriptors: readonly BuildpackDescriptor[]): Stack[] {
  const known = descriptors.map(stacksOf).filter((stacks) => stacks !== undefined);
  return known.length > 0 ? known.reduce(intersect) : [ANY];
}

function stacksOf({ stacks, order }: BuildpackDescriptor): Stack[] | undefined {
  if (stacks.length > 0) return stacks;
  return order ? undefined : [ANY];
}

function intersect(left: Stack[], right: Stack[]): Stack[] {
  if (hasAny(left) && hasAny(right)) return [ANY];
  if (hasAny(left)) return right;
  if (hasAny(right)) return left;
  return right.flatMap(({ id, mixins }) => {
    const other = left.find((one) => one.id === id);
    return other ? [{ id, mixins: [...new Set([...other.mixins, ...mixins])].sort() }] : [];
  });
}

function hasAny(stacks: Stack[]): boolean {
  return stacks.some(({ id }) => id === '*');
}
