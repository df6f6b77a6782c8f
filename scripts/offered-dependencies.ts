import { type Dependency, parsePackagedInventory } from '@dema/dependencies';
import { listBuildpacks } from './find-buildpack.ts';
import type { Workplace } from './workplace.ts';

export type OfferedDependency = Dependency & { buildpack: string };

/** What the buildpacks of a builder can install. */
export async function readOfferedDependencies(workplace: Workplace, builder: string): Promise<OfferedDependency[]> {
  const buildpacks = await listBuildpacks(workplace, builder);
  return buildpacks.flatMap(({ descriptor: { buildpack, metadata } }) => {
    const offered = parsePackagedInventory(metadata, `buildpack.toml of ${buildpack.id}`);
    return offered.map((dependency) => ({ buildpack: buildpack.id, ...dependency }));
  });
}

/** A line for each version: where it comes from, for which machines, until when it is mended. */
export function describeOffered(offered: OfferedDependency[], today: Date): string[] {
  const versions = Map.groupBy(offered, ({ buildpack, name, version }) => `${buildpack} ${name} ${version}`);
  return [...versions.values()].map((entries) => {
    const [{ buildpack, name, version, endOfLife } = {} as OfferedDependency] = entries;
    const sources = entries.flatMap((one) => one.sources);
    const architectures = entries.map(({ architecture = 'all' }) => architecture).join(', ');
    const kinds = [...new Set(sources.map(({ uri }) => /^pkg:([^/]+)/.exec(uri)?.[1] ?? 'upstream'))].join(', ');
    const life = endOfLife && `${Date.parse(endOfLife) <= today.getTime() ? 'ended' : 'until'} ${endOfLife}`;
    const mark = sources.some(({ verified }) => verified === false) ? 'not verified' : undefined;
    const cells = [
      buildpack.padEnd(20),
      name.padEnd(12),
      version.padEnd(12),
      architectures.padEnd(13),
      kinds.padEnd(13),
    ];
    return [...cells, life, mark].filter(Boolean).join(' ').trimEnd();
  });
}
