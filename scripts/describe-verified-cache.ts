import { counted } from '@dema/errors';
import type { VerifiedCache } from './verify-cache.ts';

/** What was found, a line each, and how much was looked at. */
export function describeVerifiedCache(verified: VerifiedCache): { lines: string[]; summary: string } {
  const stores = [verified.store, verified.downloads, verified.images];
  const broken = stores.flatMap((store) => store.broken);
  const unknown = stores.flatMap((store) => store.unknown);
  const looked = (kind: 'blob' | 'tree' | 'record') =>
    counted(
      stores.reduce((total, { checked }) => total + checked[`${kind}s`], 0),
      kind,
    );
  const { images, incomplete } = verified.images;
  return {
    lines: [
      ...broken.map(({ kind, name, problem }) => `broken ${kind} ${name}: ${problem}; removed`),
      ...unknown.map((key) => `tree ${key}: nothing is left to hold it against; removed`),
      ...incomplete.map(({ reference, problem }) => `broken image ${reference}: ${problem}; build it again`),
    ],
    summary: `checked ${looked('blob')}, ${looked('tree')}, ${looked('record')} and ${counted(images, 'image')}: ${
      hasBroken(verified) ? `${broken.length + incomplete.length} broken` : 'all is well'
    }`,
  };
}

export function hasBroken({ store, downloads, images }: VerifiedCache): boolean {
  return [...store.broken, ...downloads.broken, ...images.broken, ...images.incomplete].length > 0;
}
