import { createHash } from 'node:crypto';

/** Name of a content: the SHA-256 of its bytes, as the OCI image specification writes it. */
export type Digest = `sha256:${string}`;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && /^sha256:[0-9a-f]{64}$/.test(text);
}

export function digestOf(content: string | Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
