import { readBuilder } from '@dema/builders';
import { type BuildpackFolder, moduleName } from '@dema/engine';
import type { ModuleLocation } from '@dema/spec';
import type { Store } from '@dema/store';
import { moduleDiffers, moduleOfBuilder, moduleUnknown } from './builder-faults.ts';
import { splitVersion } from './locator.ts';
import type { ModuleKind } from './open-buildpackage.ts';
import { type Modules, openModules } from './open-modules.ts';
import { openBuildpack } from './packaged-buildpacks.ts';
import { isUnknownName, parseSource, type SourcePlace } from './source-place.ts';
import { withOriginNamed } from './with-origin-named.ts';

/**
 * The modules that a definition names, each with what it brings along behind it. The id of a buildpack of ours, such as `dema/nodejs`,
 * is an address as well, so that a definition need not know where this program lies. Faults: those of `openModules`, with the key that
 * names the module; CLI_MODULE_UNKNOWN; CLI_MODULE_DIFFERS where another module is found than the definition says.
 */
export async function openLocations(
  locations: ModuleLocation[],
  kind: ModuleKind,
  place: SourcePlace,
): Promise<BuildpackFolder[]> {
  const opened = locations.map((location) => {
    const key = `[[${kind}s]] ${location.uri === undefined ? 'image' : 'uri'}`;
    return withOriginNamed(`\`${key}\` of ${place.file}`, () => openLocation(location, kind, place));
  });
  return (await Promise.all(opened)).flat();
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
  const [main, ...others] = await openAddress(address, kind, place);
  const { buildpack } = main.descriptor;
  const isOther = (id !== undefined && id !== buildpack.id) || (version !== undefined && version !== buildpack.version);
  if (isOther) throw moduleDiffers(address, moduleName(main), [id ?? buildpack.id, version].filter(Boolean).join('@'));
  return [main, ...others.sort((a, b) => (moduleName(a) < moduleName(b) ? -1 : 1))];
}

async function openAddress(address: string, kind: ModuleKind, place: SourcePlace): Promise<Modules> {
  const { workplace, folder } = place;
  const locator = parseSource(address, place);
  if (locator.kind === 'builder') throw moduleOfBuilder(address);
  if (locator.kind !== 'name') return openModules(workplace, locator, { ...place, kind });
  const ours = kind === 'buildpack' ? await listOwnBuildpacks(workplace.store) : [];
  const own = findOwn(ours, locator.name);
  if (own) return [own];
  return openModules(workplace, locator, { ...place, kind }).catch((error) => {
    throw isUnknownName(error) ? moduleUnknown(kind, address, folder, ours.map(moduleName)) : error;
  });
}

function findOwn(ours: BuildpackFolder[], name: string): BuildpackFolder | undefined {
  const { id, version } = splitVersion(name);
  return ours.find(({ descriptor: { buildpack } }) => {
    return buildpack.id === id && (version === undefined || buildpack.version === version);
  });
}
