import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  checkArchiveTarget,
  checkLayoutTarget,
  chooseImage,
  type Image,
  isIndex,
  isReference,
  type NamedContent,
  type Platform,
  parseReference,
  readNamedArchive,
  readNamedLayout,
  referenceFromName,
  writeArchive,
  writeImage,
  writeLayout,
} from '@dema/oci';
import type { Digest, Store } from '@dema/store';
import { daemonDestination, findInEngine } from './daemon-destination.ts';
import { imageFileMissing, imageMissing, outputUnknown, registryImageMissing } from './faults.ts';
import type { FoundContent, ImageDestination } from './image-destination.ts';
import { type RegistryChoices, registryDestination } from './registry-destination.ts';
import type { Workplace } from './workplace.ts';

/** Stands before a name that is one of a registry, as other tools have it. */
export const IN_REGISTRY = 'docker://';

/** A name that may have that before it, as registries know it. */
export function nameInRegistry(name: string): string {
  return name.startsWith(IN_REGISTRY) ? name.slice(IN_REGISTRY.length) : name;
}

/** Stands before the name of an image of a container engine; the longer form is that of other tools. */
const IN_ENGINE = /^(docker-)?daemon:/;

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
export function openDestination(workplace: Workplace, output: string, choices: RegistryChoices = {}): ImageDestination {
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

/** Of an index the image for one platform. */
export interface FoundImage extends FoundContent {
  digest: Digest;
  image: Image;
  /** Of the index that a registry has under the name. */
  indexDigest?: Digest;
}

export interface FindChoices extends RegistryChoices {
  /** Of which image is asked where an index has several; this machine's without it. */
  platform?: Platform;
}

/** An image as `findImageOrIndex` does, of an index the one for a platform. Fault: OCI_PLATFORM_MISSING. */
export async function findImage(
  workplace: Workplace,
  name: string,
  { platform, ...choices }: FindChoices = {},
): Promise<FoundImage> {
  const content = await findImageOrIndex(workplace, name, choices);
  const image = await chooseImage(content.found, name, platform);
  const { digest } = (await writeImage(workplace.store, image)).manifest;
  return { ...content, image, digest, ...(isIndex(content.found) && { indexDigest: content.digest }) };
}

/**
 * An image or an index by what a person writes: a name of the image store, `oci:DIR`, `archive:FILE`, or the path of either,
 * `docker://NAME` for one of a registry, `daemon:NAME` for one of a container engine.
 */
export async function findImageOrIndex(
  workplace: Workplace,
  name: string,
  choices: RegistryChoices = {},
): Promise<FoundContent> {
  if (name.startsWith(IN_REGISTRY)) return findInRegistry(workplace, name.slice(IN_REGISTRY.length), choices);
  if (IN_ENGINE.test(name)) return findInEngine(workplace, name.replace(IN_ENGINE, ''));
  const place = parsePlace(name) ?? findPlace(name);
  if (!place && /^[./]/.test(name)) throw imageFileMissing(resolve(name));
  const images = place ? placeDestination(workplace.store, place) : workplace.images;
  const content = await images.findImageOrIndex(name);
  if (content) return { reference: name, ...content, images };
  if (place) throw imageFileMissing(place.path);
  const known = (await workplace.images.list()).map(({ reference }) => reference);
  throw imageMissing(parseReference(name), known);
}

async function findInRegistry({ store }: Workplace, name: string, choices: RegistryChoices): Promise<FoundContent> {
  const images = registryDestination(store, choices);
  const content = await images.findImageOrIndex(name);
  if (content === undefined) throw registryImageMissing(name);
  return { ...content, reference: name, images };
}

/** The layout or the archive at a path; undefined for anything else, such as the folder of an app. */
export function findPlace(path: string): Place | undefined {
  const found = /[./]/.test(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (found?.isFile()) return { kind: 'archive', path: resolve(path) };
  if (found?.isDirectory() && existsSync(join(path, 'oci-layout'))) return { kind: 'layout', path: resolve(path) };
  return undefined;
}

/** Whether a name says by its form that the image is in a layout, an archive or a container engine. */
export function isPlaceName(name: string): boolean {
  return (parsePlace(name) ?? findPlace(name)) !== undefined || /^[./]/.test(name) || IN_ENGINE.test(name);
}

function parsePlace(text: string): Place | undefined {
  const [, word = '', path = ''] = /^([a-z-]+):(.+)$/s.exec(text) ?? [];
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  return kind && { kind, path: resolve(path) };
}

async function readPlace(store: Store, { kind, path }: Place): Promise<NamedContent | undefined> {
  if (!existsSync(kind === 'layout' ? join(path, 'oci-layout') : path)) return undefined;
  return kind === 'layout' ? readNamedLayout(store, path) : readNamedArchive(store, path);
}

function placeDestination(store: Store, { kind, path }: Place): ImageDestination {
  const findImageOrIndex = async () => readPlace(store, { kind, path });
  return {
    findImageOrIndex,
    async find() {
      await (kind === 'archive' ? checkArchiveTarget(path) : checkLayoutTarget(path));
      const content = await findImageOrIndex();
      const image = content && (await chooseImage(content.found, path));
      return image && { image, digest: (await writeImage(store, image)).manifest.digest };
    },
    put: (name, found) => {
      const reference = parsePlace(name) || !isReference(name) ? referenceFromName(basename(path)) : name;
      return kind === 'layout' ? writeLayout(path, found, { reference }) : writeArchive(path, found, { reference });
    },
  };
}
