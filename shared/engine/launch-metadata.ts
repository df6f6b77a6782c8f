import type { TarEntry } from '@dema/archive';
import { apiAtLeast, type BuildMetadata, escapeId, type MetadataProcess, renderMetadataToml } from '@dema/spec';
import { type Builder, LAYERS_DIR } from './builder.ts';
import type { BuiltBuildpack } from './built-buildpack.ts';

/** What the `launch.toml` files of all buildpacks say together: later ones win, processes sorted by type (Buildpack specification, "launch.toml"). */
export function launchMetadata(built: BuiltBuildpack[]): BuildMetadata {
  const processes = new Map<string, MetadataProcess>();
  let defaultType: string | undefined;
  for (const { descriptor, launch } of built) {
    for (const process of launch.processes) {
      if (process.type === defaultType && !process.default) defaultType = undefined;
      if (process.default) defaultType = process.type;
      const direct = apiAtLeast(descriptor.api, '0.9') || process.direct;
      const { ignoresWorkingDir: _, ...known } = process;
      processes.set(process.type, { ...known, default: false, direct, buildpackId: descriptor.buildpack.id });
    }
  }
  return {
    buildpacks: built.map(({ descriptor }) => {
      const { id, version, homepage } = descriptor.buildpack;
      return { id, version, api: descriptor.api, homepage };
    }),
    extensions: [],
    labels: built.flatMap(({ launch }) => launch.labels),
    processes: [...processes.values()].sort((a, b) => (a.type < b.type ? -1 : 1)),
    slices: built.flatMap(({ launch }) => launch.slices),
    buildpackDefaultProcessType: defaultType,
  };
}

/** The layer `/layers/config`, from which the launcher reads what to start. */
export function configEntries(
  { user: uid, group: gid }: Builder['buildImage'],
  launch: BuildMetadata,
): () => TarEntry[] {
  const body = Buffer.from(renderMetadataToml(launch));
  const directory = (path: string): TarEntry => ({ path, type: 'directory', mode: 0o755, uid, gid, size: 0 });
  return () => [
    directory(LAYERS_DIR),
    directory(`${LAYERS_DIR}/config`),
    {
      path: `${LAYERS_DIR}/config/metadata.toml`,
      type: 'file',
      mode: 0o644,
      uid,
      gid,
      size: body.length,
      body: () => [body],
    },
  ];
}

/** One link for each process type, by whose name the launcher knows what to start. */
export function processTypeEntries(processes: MetadataProcess[]): () => TarEntry[] {
  const owned = { uid: 0, gid: 0, size: 0, mode: 0o755 };
  return () => [
    { path: '/cnb', type: 'directory', ...owned },
    { path: '/cnb/process', type: 'directory', ...owned },
    ...processes.map(
      ({ type }): TarEntry => ({
        path: `/cnb/process/${escapeId(type)}`,
        type: 'symlink',
        linkPath: '/cnb/lifecycle/launcher',
        ...owned,
      }),
    ),
  ];
}
