import { renderJson } from '@dema/spec';
import type { Digest } from '@dema/store';
import { type Descriptor, MEDIA_TYPES, orderDescriptor } from './descriptor.ts';
import type { Image } from './image.ts';
import { renderImage } from './manifest.ts';

export const REF_NAME = 'org.opencontainers.image.ref.name';

/** What an OCI image layout of one image consists of, in a folder or in an archive. */
export interface LayoutFiles {
  /** Of the manifest, as `index.json` has it. */
  descriptor: Descriptor;
  config: Descriptor;
  layers: Descriptor[];
  /** Contents of `oci-layout` and `index.json`. */
  files: { 'oci-layout': string; 'index.json': string };
  /** Each once, in the order in which the manifest names them. */
  blobs: LayoutBlob[];
}

export interface LayoutBlob {
  digest: Digest;
  /** Bytes. */
  size: number;
  read: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** @param annotations of the manifest in the index */
export async function makeLayoutFiles(image: Image, annotations: Record<string, string>): Promise<LayoutFiles> {
  const { manifest, descriptor, config, configDescriptor } = await renderImage(image);
  const layers = await Promise.all(image.layers.map((layer) => layer.descriptor()));
  const { architecture, os, variant } = image.config;
  const named = {
    ...descriptor,
    platform: { architecture, os, variant },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [orderDescriptor(named)] };
  const blobs: LayoutBlob[] = [
    { ...descriptor, read: () => [manifest] },
    { ...configDescriptor, read: () => [config] },
    ...image.layers.map((layer, position) => ({ ...sizedAt(layers, position), read: () => layer.readBlob() })),
  ];
  return {
    descriptor,
    config: configDescriptor,
    layers,
    files: { 'oci-layout': renderJson({ imageLayoutVersion: '1.0.0' }), 'index.json': renderJson(index) },
    blobs: [...new Map(blobs.map((blob) => [blob.digest, blob])).values()],
  };
}

function sizedAt(layers: Descriptor[], position: number): { digest: Digest; size: number } {
  const layer = layers[position];
  if (layer === undefined) throw new Error('every layer has a descriptor');
  return layer;
}

/** Path of a blob in a layout. */
export function layoutPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}
