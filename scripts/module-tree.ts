import type { BuildpackReference, ModuleLayer } from '@dema/spec';

/** A buildpack of a builder or a package as people see it. */
export interface ShownModule {
  id: string;
  version: string;
  name?: string;
  homepage?: string;
}

/** A member of a group; a composite buildpack with the groups that stand for it. */
export interface ShownMember extends BuildpackReference {
  order?: ShownMember[][];
}

export interface ModuleTree {
  modules: readonly ModuleLayer[];
  /** How many composite buildpacks inside of each other are taken apart. */
  depth: number;
}

export function listModules(modules: readonly ModuleLayer[]): ShownModule[] {
  return modules.map(({ id, version, name, homepage }) => ({ id, version, name, homepage }));
}

export function showGroup(group: readonly BuildpackReference[], { modules, depth }: ModuleTree): ShownMember[] {
  return group.map((member) => {
    const { order } =
      modules.find((one) => one.id === member.id && (!member.version || one.version === member.version)) ?? {};
    if (order === undefined || depth < 1) return member;
    return { ...member, order: order.map((inner) => showGroup(inner, { modules, depth: depth - 1 })) };
  });
}
