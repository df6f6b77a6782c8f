import type { BuildpackReference, ResolvedReference } from '@dema/spec';
import type { BuildpackFolder } from './builder.ts';
import { builderIncoherent } from './faults.ts';

export interface ResolveOptions {
  modules: readonly Pick<BuildpackFolder, 'descriptor'>[];
  /** How a person calls the builder, and what of it the references stand in. */
  builder: string;
  whose?: string;
}

/**
 * Groups with the versions that platforms need, where the author of a builder left them out: those of the only module of that id.
 * Fault ENGINE_BUILDER_INCOHERENT.
 */
export function resolveGroups(
  groups: readonly (readonly BuildpackReference[])[],
  options: ResolveOptions,
): ResolvedReference[][] {
  return groups.map((group) => resolveReferences(group, options));
}

export function resolveReferences(
  references: readonly BuildpackReference[],
  { modules, builder, whose = 'its order' }: ResolveOptions,
): ResolvedReference[] {
  return references.map((reference) => {
    const { id, version } = reference;
    const known = modules.flatMap(({ descriptor: { buildpack } }) => (buildpack.id === id ? [buildpack.version] : []));
    const [only, ...others] = [...new Set(known)].filter((one) => !version || one === version);
    if (only === undefined) {
      const reason = `${whose} names ${version ? `${id}@${version}` : id}, which it does not hold`;
      const held = known.length > 0 ? ` It holds ${known.map((one) => `${id}@${one}`).join(', ')}.` : '';
      throw builderIncoherent(
        builder,
        reason,
        `Add it to the \`[[buildpacks]]\` of the builder, or take it out there.${held}`,
      );
    }
    if (others.length > 0) {
      const reason = `${whose} names ${id} without a version, and it holds ${[only, ...others].join(', ')}`;
      throw builderIncoherent(builder, reason, `Write the \`version\` of ${id} there.`);
    }
    return { ...reference, version: only };
  });
}
