import { readBuilder } from '@dema/builders';
import { type BuildpackFolder, moduleName } from '@dema/engine';
import type { ModuleLocation } from '@dema/spec';
import type { Store } from '@dema/store';
import { moduleDiffers, moduleOfBuilder } from './builder-faults.ts';
import { type Locator, splitVersion } from './locator.ts';
import type { ModuleKind } from './open-buildpackage.ts';
import { openModules } from './open-modules.ts';
import { openBuildpack } from './packaged-buildpacks.ts';
import { parseSource, type SourcePlace } from './source-place.ts';

/**
 * The modules that a definition names, each with what it brings along behind it. The id of a buildpack of ours, such as `dema/nodejs`,
 * is an address as well, so that a definition need not know where this program lies. Faults: those of `openModules`; CLI_MODULE_DIFFERS
 * where another module is found than the definition says.
 */
export async function openLocations(
  locations: ModuleLocation[],
  kind: ModuleKind,
  place: SourcePlace,
): Promise<BuildpackFolder[]> {
  return (await Promise.all(locations.map((location) => openLocation(location, kind, place)))).flat();
}

/** The buildpacks that are built in, whatever builder holds them. */
export async function listOwnBuildpacks(store: Store): Promise<BuildpackFolder[]> {
  const { buildpackPaths } = await readBuilder('base');
  return Promise.all(buildpackPaths.map((path) => openBuildpack(store, path)));
}

async function openLocation(
  { id, version, uri, image }: ModuleLocation,
  kind: ModuleKind,
  place: SourcePlace,
): Promise<BuildpackFolder[]> {
  const address = uri ?? `docker://${image}`;
  const locator = parseSource(address, place);
  if (locator.kind === 'builder') throw moduleOfBuilder(address);
  const own = await findOwn(locator, place);
  const [main, ...others] = own ? [own] : await openModules(place.workplace, locator, { ...place, kind });
  const { buildpack } = main.descriptor;
  const isOther = (id !== undefined && id !== buildpack.id) || (version !== undefined && version !== buildpack.version);
  if (isOther) throw moduleDiffers(address, moduleName(main), [id ?? buildpack.id, version].filter(Boolean).join('@'));
  return [main, ...others.sort((a, b) => (moduleName(a) < moduleName(b) ? -1 : 1))];
}

async function findOwn(locator: Locator, { workplace }: SourcePlace): Promise<BuildpackFolder | undefined> {
  if (locator.kind !== 'name') return undefined;
  const { id, version } = splitVersion(locator.name);
  const own = await listOwnBuildpacks(workplace.store);
  return own.find(({ descriptor: { buildpack } }) => {
    return buildpack.id === id && (version === undefined || buildpack.version === version);
  });
}
