import { sortKeys } from '@dema/spec';
import type { Digest } from '@dema/store';
import { orderFields } from './order-fields.ts';

/** Reference to a blob, as in the OCI image specification. */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  /** Bytes. */
  size: number;
  urls?: string[];
  annotations?: Record<string, string>;
  platform?: Platform;
}

export interface Platform {
  architecture: string;
  os: string;
  'os.version'?: string;
  'os.features'?: string[];
  variant?: string;
}

export const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

const { index, manifest, dockerIndex, dockerManifest } = MEDIA_TYPES;

/** All that a tag may stand for, as a request says that it is welcome: some registries have nothing for who does not name it. */
export const ANY_MANIFEST = [manifest, dockerManifest, index, dockerIndex].join(', ');

export function orderDescriptor({ annotations, platform, ...rest }: Descriptor): Record<string, unknown> {
  return orderFields(
    {
      ...rest,
      annotations: annotations && sortKeys(annotations),
      platform: platform && orderFields(platform, PLATFORM_KEYS),
    },
    ['mediaType', 'size', 'digest', 'urls', 'annotations', 'platform'],
    ['mediaType', 'size', 'digest'],
  );
}

const PLATFORM_KEYS = ['architecture', 'os', 'os.version', 'os.features', 'variant'];
