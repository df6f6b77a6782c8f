import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Destination } from '@dema/engine';
import {
  checkArchiveTarget,
  checkLayoutTarget,
  type Image,
  type ImageStore,
  isReference,
  parseReference,
  readArchive,
  readNamedLayout,
  referenceFromName,
  writeArchive,
  writeImage,
  writeLayout,
} from '@dema/oci';
import type { Digest, Store } from '@dema/store';
import { daemonDestination } from './daemon-destination.ts';
import { imageFileMissing, imageMissing, outputUnknown, registryImageMissing } from './faults.ts';
import { type RegistryChoices, registryDestination } from './registry-destination.ts';
import type { Workplace } from './workplace.ts';

/** Stands before a name that is one of a registry, as other tools have it. */
export const IN_REGISTRY = 'docker://';

/** Somewhere other than the image store. */
interface Place {
  kind: 'layout' | 'archive';
  path: string;
}

/** Names of places as they stand before a path; the last two are what other tools call an archive. */
const KINDS: Record<string, Place['kind']> = {
  oci: 'layout',
  archive: 'archive',
  'oci-archive': 'archive',
  'docker-archive': 'archive',
};

/** `store`, `daemon` for a container engine, `registry`, `oci:DIR` for an OCI image layout in a folder, or `archive:FILE` for one file that every tool can load. */
export function openDestination(workplace: Workplace, output: string, choices: RegistryChoices = {}): Destination {
  if (output === 'store') return workplace.images;
  if (output === 'daemon') return daemonDestination(workplace);
  if (output === 'registry') return registryDestination(workplace.store, choices);
  const place = parsePlace(output);
  if (place === undefined) throw outputUnknown(output);
  return placeDestination(workplace.store, place);
}

/** The folder or file that an output names, which is no part of an app that it lies in. */
export function outputPath(output: string): string[] {
  const place = parsePlace(output);
  return place ? [place.path] : [];
}

/** An image that was found, under the name that it has itself or else that it was asked for by, and where it can be put again. */
export interface FoundImage {
  reference: string;
  digest: Digest;
  image: Image;
  images: Destination;
}

/**
 * An image by what a person writes: a name of the image store, `oci:DIR`, `archive:FILE`, or the path of either,
 * `docker://NAME` for one of a registry.
 */
export async function findImage(
  workplace: Workplace,
  name: string,
  choices: RegistryChoices = {},
): Promise<FoundImage> {
  if (name.startsWith(IN_REGISTRY)) return findInRegistry(workplace, name.slice(IN_REGISTRY.length), choices);
  const place = parsePlace(name) ?? findPlace(name);
  if (!place && /^[./]/.test(name)) throw imageFileMissing(resolve(name));
  const found = place ? await findInPlace(workplace.store, place, name) : await findInStore(workplace.images, name);
  if (found) return found;
  if (place) throw imageFileMissing(place.path);
  const known = (await workplace.images.list()).map(({ reference }) => reference);
  throw imageMissing(parseReference(name), known);
}

async function findInRegistry({ store }: Workplace, name: string, choices: RegistryChoices): Promise<FoundImage> {
  const images = registryDestination(store, choices);
  const found = await images.find(name);
  if (found === undefined) throw registryImageMissing(name);
  return { ...found, reference: name, images };
}

async function findInStore(images: ImageStore, name: string): Promise<FoundImage | undefined> {
  const found = await images.find(name);
  return found && { ...found, images };
}

async function findInPlace(store: Store, place: Place, name: string): Promise<FoundImage | undefined> {
  const found = await readPlace(store, place);
  return found && { ...found, reference: found.reference ?? name, images: placeDestination(store, place) };
}

/** The layout or the archive at a path; undefined for anything else, such as the folder of an app. */
export function findPlace(path: string): Place | undefined {
  const found = /[./]/.test(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (found?.isFile()) return { kind: 'archive', path: resolve(path) };
  if (found?.isDirectory() && existsSync(join(path, 'oci-layout'))) return { kind: 'layout', path: resolve(path) };
  return undefined;
}

function parsePlace(text: string): Place | undefined {
  const [, word = '', path = ''] = /^([a-z-]+):(.+)$/s.exec(text) ?? [];
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  return kind && { kind, path: resolve(path) };
}

async function readPlace(store: Store, { kind, path }: Place) {
  if (!existsSync(kind === 'layout' ? join(path, 'oci-layout') : path)) return undefined;
  const { image, reference } = await (kind === 'layout' ? readNamedLayout(store, path) : readArchive(store, path));
  return { image, reference, digest: (await writeImage(store, image)).manifest.digest };
}

function placeDestination(store: Store, { kind, path }: Place): Destination {
  return {
    async find() {
      await (kind === 'archive' ? checkArchiveTarget(path) : checkLayoutTarget(path));
      return readPlace(store, { kind, path });
    },
    put: (name, image) => {
      const reference = parsePlace(name) || !isReference(name) ? referenceFromName(basename(path)) : name;
      return kind === 'layout' ? writeLayout(path, image, { reference }) : writeArchive(path, image, { reference });
    },
  };
}
