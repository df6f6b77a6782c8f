import { renderJson, sortKeys } from '@dema/spec';
import { digestOf } from '@dema/store';
import { type Descriptor, MEDIA_TYPES, orderDescriptor } from './descriptor.ts';
import type { Image } from './image.ts';
import { renderImageConfig } from './image-config.ts';
import { orderFields } from './order-fields.ts';
import { findOriginal } from './original.ts';

/** What an image consists of besides its layers. */
export interface RenderedImage {
  manifest: Buffer;
  /** Of the manifest. */
  descriptor: Descriptor;
  config: Buffer;
  configDescriptor: Descriptor;
}

/** Manifest and configuration of an image; compresses layers that are not yet, several at a time. */
export async function renderImage(image: Image): Promise<RenderedImage> {
  const oci = image.format === 'oci';
  const manifestType = oci ? MEDIA_TYPES.manifest : MEDIA_TYPES.dockerManifest;
  const original = findOriginal(image);
  const config = Buffer.from(original?.config ?? renderImageConfig(image.config));
  const configDescriptor = describe(config, oci ? MEDIA_TYPES.config : MEDIA_TYPES.dockerConfig);
  const descriptors = await Promise.all(image.layers.map((layer) => layer.descriptor()));
  const layers = oci ? descriptors : descriptors.map(asDockerLayer);
  const manifest = Buffer.from(
    original?.manifest ??
      renderManifest({ manifestType, config: configDescriptor, layers, annotations: image.annotations }),
  );
  return { manifest, descriptor: describe(manifest, manifestType), config, configDescriptor };
}

interface Manifest {
  manifestType: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations?: Readonly<Record<string, string>> | undefined;
}

function renderManifest({ manifestType, config, layers, annotations }: Manifest): string {
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: orderDescriptor(config),
    layers: layers.map(orderDescriptor),
    annotations: annotations && sortKeys(annotations),
  };
  return renderJson(orderFields(manifest, Object.keys(manifest), ['layers']));
}

/** A layer made here, for a manifest of Docker's kind: many tools refuse a mixture. */
function asDockerLayer(layer: Descriptor): Descriptor {
  return layer.mediaType === MEDIA_TYPES.layer ? { ...layer, mediaType: MEDIA_TYPES.dockerLayer } : layer;
}

function describe(content: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(content), size: content.length };
}
