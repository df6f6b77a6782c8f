import { readBuilder } from '@dema/builders';
import { type BuildpackFolder, RUNTIME_ID } from '@dema/engine';
import { isReference, parseReference } from '@dema/oci';
import { determineArchitecture } from './architecture.ts';
import { buildpackUnknown } from './faults.ts';
import { parseLocatorArgument, splitVersion } from './locator.ts';
import { openLocations } from './open-locations.ts';
import type { ModulePlace } from './open-modules.ts';
import type { Workplace } from './workplace.ts';

/** The buildpacks that a builder holds. */
export async function listBuildpacks(workplace: Workplace, builder: string): Promise<BuildpackFolder[]> {
  const { buildpacks, file, folder } = await readBuilder(builder);
  const place = { workplace, env: process.env, file, folder, architecture: determineArchitecture() };
  const opened = await openLocations(buildpacks, 'buildpack', place);
  return opened.filter(({ descriptor }) => descriptor.buildpack.id !== RUNTIME_ID);
}

/** What a locator of the command line, or an id in a builder, names: a buildpack of the builder, or another place. Fault CLI_ARGUMENTS_INVALID. */
export async function findNamed(
  workplace: Workplace,
  text: string,
  builder: string,
): Promise<{ held: BuildpackFolder } | { place: ModulePlace }> {
  const locator = parseLocatorArgument(text);
  if (locator.kind !== 'builder' && locator.kind !== 'name') return { place: locator };
  const all = await listBuildpacks(workplace, builder);
  const held = findHeld(all, locator.kind === 'name' ? splitVersion(locator.name) : locator);
  if (held) return { held };
  const place = locator.kind === 'name' ? await findStoredPackage(workplace, locator.name) : undefined;
  if (place) return { place };
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

/** The image that the store has by this name. */
export async function findStoredPackage(workplace: Workplace, name: string): Promise<ModulePlace | undefined> {
  if (!isReference(name)) return undefined;
  const found = await workplace.images.findImageOrIndex(parseReference(name));
  return found && { kind: 'name', name };
}
