import { readFile } from 'node:fs/promises';
import { type Digest, isDigest, type Store } from '@dema/store';
import type { Image } from './image.ts';
import { chooseImage } from './image-index.ts';
import { openPull } from './open-pull.ts';
import { findRemoteDigest, openDescribed, pullImageOrIndex } from './pull-image.ts';
import { parseManifest } from './read-image.ts';
import type { RegistryOptions } from './registry.ts';
import { type RegistryName, renderRegistryName } from './registry-name.ts';
import { writeImage } from './write-image.ts';

/** When a registry is asked for an image: each time, when the store does not know it, or never. The words are those of pack. */
export type PullPolicy = 'always' | 'if-not-present' | 'never';

export interface KnownImage {
  image: Image;
  digest: Digest;
  /** Of what has the name: the image, or an index that it was chosen from. */
  named: Digest;
}

/**
 * The image of a registry as the store knows it from before, asked about again as the policy wants: one HEAD tells whether the
 * name still stands for the same. A name that is a digest is asked for once. Of an index it is the image for this kind of machine. Undefined when there is none, or none is known.
 */
export async function pullKnown(
  store: Store,
  name: RegistryName,
  options: RegistryOptions,
  policy: PullPolicy,
): Promise<KnownImage | undefined> {
  const known = await readKnown(store, name, options);
  if (policy === 'never') return known;
  if (known && (policy === 'if-not-present' || isDigest(name.reference))) return known;
  if (known && (await findRemoteDigest(name, options)) === known.named) return known;
  const pulled = await pullImageOrIndex(store, name, options);
  if (pulled === undefined) return undefined;
  const image = await chooseImage(pulled.found, renderRegistryName(name));
  const digest = await noteKnown(store, name, image, pulled.digest);
  return { image, digest, named: pulled.digest };
}

/** What a registry has under a name from now on, as far as this machine knows. Gives the digest of the image. */
export async function noteKnown(store: Store, name: RegistryName, image: Image, named?: Digest): Promise<Digest> {
  const { digest } = (await writeImage(store, image)).manifest;
  await store.writeRecord(KIND, renderRegistryName(name), { digest, named: named ?? digest });
  return digest;
}

const KIND = 'registry-images';

async function readKnown(store: Store, name: RegistryName, options: RegistryOptions): Promise<KnownImage | undefined> {
  const record = (await store.readRecord(KIND, renderRegistryName(name))) as
    | Partial<Record<'digest' | 'named', unknown>>
    | undefined;
  if (!record || !isDigest(record.digest) || !isDigest(record.named)) return undefined;
  const { digest, named } = record;
  const image = await openKnown(store, name, options, digest);
  return image && { image, digest, named };
}

/** Undefined when the store was cleared meanwhile. */
async function openKnown(
  store: Store,
  name: RegistryName,
  options: RegistryOptions,
  digest: Digest,
): Promise<Image | undefined> {
  const manifest = await readFile(store.blobPath(digest)).catch(() => undefined);
  const config =
    manifest && (await readFile(store.blobPath(parseManifest(manifest, digest).config.digest)).catch(() => undefined));
  return manifest && config && openDescribed(store, name, { manifest, digest, config }, openPull(name, options));
}
