import { readBuilder } from '@dema/builders';
import { type BuildpackFolder, RUNTIME_ID } from '@dema/engine';
import { isReference, parseReference } from '@dema/oci';
import { determineArchitecture } from './architecture.ts';
import { buildpackUnknown } from './faults.ts';
import { parseLocatorArgument, splitVersion } from './locator.ts';
import { openLocations } from './open-locations.ts';
import { type Modules, openModules } from './open-modules.ts';
import type { Workplace } from './workplace.ts';

/** The buildpacks that a builder holds. */
export async function listBuildpacks(workplace: Workplace, builder: string): Promise<BuildpackFolder[]> {
  const { buildpacks, folder } = await readBuilder(builder);
  const place = { workplace, env: process.env, folder, architecture: determineArchitecture() };
  const opened = await openLocations(buildpacks, 'buildpack', place);
  return opened.filter(({ descriptor }) => descriptor.buildpack.id !== RUNTIME_ID);
}

/** A buildpack, and those that came with it, by a locator of the command line, or by its id in a builder. Fault CLI_ARGUMENTS_INVALID. */
export async function findModules(workplace: Workplace, text: string, builder: string): Promise<Modules> {
  const locator = parseLocatorArgument(text);
  if (locator.kind !== 'builder' && locator.kind !== 'name')
    return openModules(workplace, locator, { env: process.env });
  const all = await listBuildpacks(workplace, builder);
  const wanted = locator.kind === 'name' ? splitVersion(locator.name) : locator;
  const found = findHeld(all, wanted);
  if (found) return [found];
  const stored = locator.kind === 'name' ? await findStoredModules(workplace, locator.name) : undefined;
  if (stored) return stored;
  throw buildpackUnknown(
    text,
    all.map(({ descriptor }) => descriptor.buildpack.id),
  );
}

/** The one of this id, and version where there is one. */
export function findHeld(
  buildpacks: BuildpackFolder[],
  { id, version }: { id?: string; version?: string },
): BuildpackFolder | undefined {
  return buildpacks.find(({ descriptor: { buildpack } }) => {
    return buildpack.id === id && (!version || buildpack.version === version);
  });
}

/** The package that the image store has by this name. */
export async function findStoredModules(workplace: Workplace, name: string): Promise<Modules | undefined> {
  if (!isReference(name)) return undefined;
  const found = await workplace.images.findImageOrIndex(parseReference(name));
  return found && openModules(workplace, { kind: 'name', name }, { env: process.env });
}
