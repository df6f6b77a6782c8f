import { isFault } from '@dema/errors';
import { hasRegistry } from '@dema/oci';
import { type FoundImage, findImage, IN_REGISTRY } from './destination.ts';
import { type Locator, parseLocator } from './locator.ts';
import type { OpenModulesOptions } from './open-modules.ts';
import type { Workplace } from './workplace.ts';

/** Where the parts of a builder are looked for, and in which form they are taken. */
export interface SourcePlace extends OpenModulesOptions {
  workplace: Workplace;
  /** The definition, for faults of what it names. */
  file: string;
  /** Folder that relative paths start from: that of the definition. */
  folder: string;
  /** Go's name of what the builder is for. */
  architecture: string;
}

/**
 * What a definition says of where a part is. A name that begins with a registry is one of that; `docker://` before any other
 * name means the image store, which here is what an engine's own images are to pack. Faults: those of `parseLocator`.
 */
export function parseSource(text: string, { folder }: Pick<SourcePlace, 'folder'>): Locator {
  const locator = parseLocator(text, folder);
  if (locator.kind === 'name' && hasRegistry(locator.name))
    return { kind: 'image', name: `${IN_REGISTRY}${locator.name}` };
  if (locator.kind !== 'image' || !locator.name.startsWith(IN_REGISTRY)) return locator;
  const name = locator.name.slice(IN_REGISTRY.length);
  return hasRegistry(name) ? locator : { kind: 'name', name };
}

/**
 * The image at such a place, of a path that of a layout or an archive; undefined for an address of the web, and for a name that the
 * image store does not have, which may be a slip in another place. Faults: CLI_IMAGE_MISSING, OCI_*.
 */
export async function findSourceImage(locator: Locator, place: SourcePlace): Promise<FoundImage | undefined> {
  if (locator.kind === 'url' || locator.kind === 'builder') return undefined;
  try {
    return await findImage(place.workplace, locator.kind === 'path' ? locator.path : locator.name, place);
  } catch (error) {
    if (locator.kind === 'name' && isUnknownName(error)) return undefined;
    throw error;
  }
}

/** Whether the image store has nothing of this name, or can have nothing of it. */
export function isUnknownName(error: unknown): boolean {
  return isFault(error, 'CLI_IMAGE_MISSING') || isFault(error, 'IMAGE_REFERENCE_INVALID');
}
