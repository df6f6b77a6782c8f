import type { Digest } from '@dema/store';
import { invalidImage } from './faults.ts';

/** The JSON object of a blob. Fault: OCI_IMAGE_INVALID. */
export function parseObject(content: Uint8Array, digest: Digest): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {}
  throw invalidImage(digest, 'it is no JSON object');
}
