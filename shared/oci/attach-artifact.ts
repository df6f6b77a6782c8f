import { buffer } from 'node:stream/consumers';
import { renderJson } from '@dema/spec';
import { digestOf } from '@dema/store';
import { type Artifact, renderArtifact } from './artifact.ts';
import { type Descriptor, MEDIA_TYPES } from './descriptor.ts';
import { registryTagTaken } from './faults.ts';
import { hasBlob } from './has-blob.ts';
import { putManifest } from './put-manifest.ts';
import { type Referrer, readReferrersTag, referrersTag } from './referrers.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
import type { RegistryName } from './registry-name.ts';
import { uploadBlob } from './upload-blob.ts';

/** How often the list of those who refer to an image is written when others write it at the same time. */
const MOST_TRIES = 5;

/**
 * Attaches something to an image that a repository has: as a manifest that refers to it, and, where the registry does not list these itself,
 * in the list under the tag that clients then look for. What is there already is not sent again.
 * Gives the digest of the manifest. Faults: OCI_REGISTRY_*.
 */
export async function attachArtifact(
  name: Omit<RegistryName, 'reference'>,
  subject: Descriptor,
  artifact: Artifact,
  options: RegistryOptions,
): Promise<Descriptor> {
  const { descriptor, manifest, blobs } = renderArtifact(artifact, subject);
  const registry = await openRegistry(name, options, { actions: 'pull,push' });
  try {
    for (const blob of blobs) if (!(await hasBlob(registry, blob.digest))) await uploadBlob(registry, blob, undefined);
    const { mediaType, digest } = descriptor;
    const content = await buffer(manifest.read());
    const headers = await putManifest(registry, { reference: digest, mediaType, content });
    if (headers['oci-subject'] === undefined) await addToTag(registry, subject, descriptor);
    return descriptor;
  } finally {
    await registry.close();
  }
}

/** Writes the list anew, and looks afterwards whether it is still in it: others may have done the same. */
async function addToTag(registry: Registry, subject: Descriptor, referrer: Referrer): Promise<void> {
  const tag = referrersTag(subject.digest);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { all, digest: before } = await readReferrersTag(registry, subject.digest);
    if (all.some(({ digest }) => digest === referrer.digest)) return;
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [...all, referrer] };
    const content = Buffer.from(renderJson(index));
    await putManifest(registry, { reference: tag, mediaType: MEDIA_TYPES.index, content, ...(before && { before }) });
    const after = await readReferrersTag(registry, subject.digest);
    if (after.digest === digestOf(content)) return;
  }
  const { digest = '' } = await readReferrersTag(registry, subject.digest);
  throw registryTagTaken(`${registry.host}/${registry.repository}`, tag, digest);
}
