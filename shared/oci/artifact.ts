import { renderJson, sortKeys } from '@dema/spec';
import { digestOf } from '@dema/store';
import { type Descriptor, MEDIA_TYPES, orderDescriptor } from './descriptor.ts';
import { asBlob, type LayoutBlob } from './layout-files.ts';
import { orderFields } from './order-fields.ts';

/** Something said of an image, such as what is in it, or a signature: a file of a kind. */
export interface Artifact {
  /** Media type, such as `application/vnd.cyclonedx+json`. */
  type: string;
  content: Uint8Array;
  /** File name under which tools write it down. */
  title?: string;
  annotations?: Record<string, string>;
}

export interface RenderedArtifact {
  /** As lists of referrers have it. */
  descriptor: Descriptor & { artifactType: string };
  manifest: LayoutBlob;
  blobs: LayoutBlob[];
}

const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const EMPTY = Buffer.from('{}');

/** The manifest of an artifact that is about an image (OCI image specification 1.1, "Guidelines for Artifact Usage"). The same content, the same digest. */
export function renderArtifact({ type, content, title, annotations }: Artifact, subject: Descriptor): RenderedArtifact {
  const named = title === undefined ? {} : { annotations: { 'org.opencontainers.image.title': title } };
  const layer = { ...describe(content, type), ...named };
  const empty = describe(EMPTY, EMPTY_TYPE);
  const { mediaType, digest, size } = subject;
  const fields = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: type,
    config: orderDescriptor(empty),
    layers: [orderDescriptor(layer)],
    subject: orderDescriptor({ mediaType, digest, size }),
    annotations: annotations && sortKeys(annotations),
  };
  const manifest = Buffer.from(renderJson(orderFields(fields, Object.keys(fields))));
  const descriptor = describe(manifest, MEDIA_TYPES.manifest);
  return {
    descriptor: { ...descriptor, artifactType: type, ...(annotations && { annotations }) },
    manifest: asBlob(descriptor, manifest),
    blobs: [asBlob(empty, EMPTY), asBlob(layer, content)],
  };
}

function describe(content: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(content), size: content.length };
}
