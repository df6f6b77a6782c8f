import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { decompress } from '@dema/archive';
import { type Digest, digestOf, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { parseImageConfig } from './parse-image-config.ts';
import { parseManifest } from './read-image.ts';

/**
 * Derives every digest, size and diffID of an image anew from its bytes and names what does not agree; empty when all is well.
 * Fault: OCI_IMAGE_INVALID for what is no image at all.
 * `blobs` is a store, an image store, or anything that says where a blob lies.
 */
export async function validateImage(blobs: Pick<Store, 'blobPath'>, manifest: Digest): Promise<string[]> {
  const content = await readFile(blobs.blobPath(manifest));
  if (digestOf(content) !== manifest) return [`manifest ${manifest} has the digest ${digestOf(content)}`];
  const { config, layers } = parseManifest(content, manifest);
  const problems = await validateBlob(blobs, 'config', config);
  if (problems.length > 0) return problems;
  const { rootfs, history = [] } = parseImageConfig(await readFile(blobs.blobPath(config.digest)), config.digest);
  if (rootfs.diff_ids.length !== layers.length)
    problems.push(`${rootfs.diff_ids.length} diffIDs for ${layers.length} layers`);
  const filled = history.filter(({ empty_layer }) => !empty_layer).length;
  if (history.length > 0 && filled !== layers.length) problems.push(`history of ${filled} layers for ${layers.length}`);
  for (const [index, layer] of layers.entries()) {
    problems.push(...(await validateBlob(blobs, `layer ${index}`, layer, rootfs.diff_ids[index])));
  }
  return problems;
}

async function validateBlob(
  blobs: Pick<Store, 'blobPath'>,
  what: string,
  { digest, size }: Descriptor,
  diffId?: Digest,
): Promise<string[]> {
  const path = blobs.blobPath(digest);
  const found = await stat(path).catch(() => undefined);
  if (!found) return [`${what}: blob ${digest} is missing`];
  const problems = found.size === size ? [] : [`${what}: size ${found.size}, not ${size}`];
  const actual = await hash(createReadStream(path));
  if (actual !== digest) return [...problems, `${what}: digest ${actual}, not ${digest}`];
  const plain = diffId ? await hash(decompress(createReadStream(path))) : undefined;
  return plain === diffId ? problems : [...problems, `${what}: diffID ${plain}, not ${diffId}`];
}

async function hash(source: AsyncIterable<Uint8Array>): Promise<Digest> {
  const sum = createHash('sha256');
  for await (const chunk of source) sum.update(chunk);
  return `sha256:${sum.digest('hex')}`;
}
