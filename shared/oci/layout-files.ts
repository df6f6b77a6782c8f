import { renderJson } from '@dema/spec';
import type { Digest } from '@dema/store';
import { type Descriptor, MEDIA_TYPES, orderDescriptor } from './descriptor.ts';
import type { Image } from './image.ts';
import {
  type ImageIndex,
  type ImageOrIndex,
  isIndex,
  platformOf,
  type RenderedIndex,
  renderIndex,
} from './image-index.ts';
import { renderImage } from './manifest.ts';

export const REF_NAME = 'org.opencontainers.image.ref.name';

/** What an OCI image layout of one image, or of one index, consists of, in a folder or in an archive. */
export interface LayoutFiles {
  /** Of the manifest or the index, as `index.json` has it. */
  descriptor: Descriptor;
  /** One for an image alone, in the order of an index else. */
  images: { config: Descriptor; layers: Descriptor[] }[];
  /** Contents of `oci-layout` and `index.json`. */
  files: { 'oci-layout': string; 'index.json': string };
  /** What `descriptor` names, then the manifests that an index names. */
  manifests: LayoutBlob[];
  /** Configurations and layers, each once, in the order in which the manifests name them. */
  blobs: LayoutBlob[];
}

export interface LayoutBlob {
  mediaType: string;
  digest: Digest;
  /** Bytes. */
  size: number;
  read: () => AsyncIterable<Uint8Array>;
}

/** @param annotations of the image or the index in `index.json` */
export async function makeLayoutFiles(found: ImageOrIndex, annotations: Record<string, string>): Promise<LayoutFiles> {
  const { descriptor, tops, images } = isIndex(found) ? await renderAll(found) : await renderAlone(found);
  const named = {
    ...descriptor,
    ...(!isIndex(found) && { platform: platformOf(found) }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [orderDescriptor(named)] };
  const all = await Promise.all(images.map(listBlobs));
  return {
    descriptor,
    images: all,
    files: { 'oci-layout': renderJson({ imageLayoutVersion: '1.0.0' }), 'index.json': renderJson(index) },
    manifests: uniqueBlobs([...tops, ...all.map(({ manifest }) => manifest)]),
    blobs: uniqueBlobs(all.flatMap(({ blobs }) => blobs)),
  };
}

async function renderAll(index: ImageIndex) {
  const { content, descriptor, images } = await renderIndex(index);
  return { descriptor, tops: [asBlob(descriptor, content)], images };
}

async function renderAlone(image: Image) {
  const rendered = await renderImage(image);
  return { descriptor: rendered.descriptor, tops: [], images: [{ image, rendered }] };
}

async function listBlobs({ image, rendered }: RenderedIndex['images'][number]) {
  const { manifest, descriptor, config, configDescriptor } = rendered;
  const layers = await Promise.all(image.layers.map((layer) => layer.descriptor()));
  const contents = image.layers.map((layer, position) => ({
    ...sizedAt(layers, position),
    read: () => layer.readBlob(),
  }));
  return {
    manifest: asBlob(descriptor, manifest),
    config: configDescriptor,
    layers,
    blobs: [asBlob(configDescriptor, config), ...contents],
  };
}

/** A blob of which the content is at hand. */
export function asBlob(descriptor: Descriptor, content: Uint8Array): LayoutBlob {
  return {
    ...descriptor,
    async *read() {
      yield content;
    },
  };
}

/** Each once, where it stands first. */
export function uniqueBlobs(blobs: LayoutBlob[]): LayoutBlob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function sizedAt(layers: Descriptor[], position: number): Descriptor {
  const layer = layers[position];
  if (layer === undefined) throw new Error('every layer has a descriptor');
  return layer;
}

/** Path of a blob in a layout. */
export function layoutPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}
