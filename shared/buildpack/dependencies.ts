import type { Dependency, Want } from '@dema/dependencies';
import { semverOrder, type VersionOrder } from '@dema/versions';
import type { AppLock } from './app-lock.ts';
import { chooseDependency } from './choose-dependency.ts';
import { createDependencySource, type DependencySourceOptions } from './dependency-source.ts';
import { KEY, type Keyed, type LayerKey } from './layer-key.ts';
import type { Log } from './log.ts';
import { logResolution } from './log-resolution.ts';
import type { ResolvedDependencies } from './resolved-dependencies.ts';
import type { Sboms } from './sboms.ts';

export interface UnpackOptions {
  /** Leading folders of every path in the archive that are left out. */
  strip?: number;
  /** Paths to take, after `strip`. */
  filter?: (path: string) => boolean;
}

/** A dependency in the version that the build uses. */
export interface ResolvedDependency extends Keyed {
  id: string;
  name: string;
  version: string;
  dependency: Dependency;
  /** Who asked for this version. */
  winner: Want;
  /** Downloads it when it is not at hand, verifies it, unpacks it. */
  unpack(folder: string | { path: string }, options?: UnpackOptions): Promise<void>;
}

export interface ResolveOptions {
  /** How the versions of this dependency are ordered; npm's way without one. */
  order?: VersionOrder;
}

export interface Dependencies {
  /** The version that the first of the wishes (by precedence) stands for; a text is the value of a setting. Fault DEPENDENCY_VERSION_UNSATISFIABLE. */
  resolve(id: string, wants?: Want[] | string, options?: ResolveOptions): Promise<ResolvedDependency>;
}

export interface DependenciesOptions extends DependencySourceOptions {
  /** Table `metadata` of buildpack.toml: `dependencies` and `default-versions`. */
  metadata: Record<string, unknown>;
  /** The file that holds it, for messages. */
  file: string;
  readLock(): Promise<AppLock>;
  /** BP_DEPENDENCY_SOURCES. */
  allowedSources: string[] | undefined;
  resolved: ResolvedDependencies;
  /** By which the end of a version's life is near or past. */
  today: Date;
  log: Log;
  sboms: Sboms;
  /** Name of the setting with this value, for messages. */
  settingOf(value: string): string;
}

export function createDependencies(options: DependenciesOptions): Dependencies & { close(): Promise<void> } {
  const { metadata, file, architecture, allowedSources, today, log, sboms, resolved } = options;
  const source = createDependencySource(options);
  return {
    close: source.close,
    async resolve(id, wanted = [], { order = semverOrder } = {}) {
      const { parsePackagedInventory, restrictSources } = await import('@dema/dependencies');
      const wants = typeof wanted === 'string' ? [{ source: options.settingOf(wanted), range: wanted }] : wanted;
      const defaultRange = findDefaultRange(metadata, id);
      const inventory = parsePackagedInventory(metadata, file);
      const endOfLife = findTexts(metadata['end-of-life'], id);
      const findRelease = (version: string) => source.findRelease({ inventory, id, version, endOfLife });
      const parts = { inventory, lock: await options.readLock(), findRelease, log };
      const resolution = await chooseDependency(id, wants, { architecture, order, defaultRange }, parts);
      await logResolution(resolution, today, log);
      const { dependency, winner } = resolution;
      // Where it may come from is a matter of this build: key, SBOM and lock are about the dependency.
      const allowed = restrictSources(dependency, allowedSources);
      resolved.add(dependency);
      return {
        id,
        name: dependency.name,
        version: dependency.version,
        dependency,
        winner,
        [KEY]: describeDependencyKey(dependency),
        async unpack(target, unpackOptions) {
          const folder = typeof target === 'string' ? target : target.path;
          const { describeFetched } = await import('@dema/sbom');
          const fetched = await source.unpack(allowed, folder, unpackOptions);
          await resolved.replace(dependency, fetched);
          sboms.add(folder, describeFetched(dependency, fetched));
        },
      };
    },
  };
}

function describeDependencyKey({ name, version, architecture, sources }: Dependency): LayerKey {
  const files = sources.flatMap(({ checksum, packages = [] }) => [checksum, ...packages.map(({ sha256 }) => sha256)]);
  return { [name]: { version, architecture, files } };
}

function findDefaultRange(metadata: Record<string, unknown>, id: string): string | undefined {
  const range = asTable(metadata['default-versions'])[id];
  return typeof range === 'string' ? range : undefined;
}

/** The texts of a table's table. */
function findTexts(table: unknown, name: string): Record<string, string> {
  const entries = Object.entries(asTable(asTable(table)[name]));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function asTable(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
