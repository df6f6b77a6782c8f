import { counted } from '@dema/errors';
import type { Collected } from '@dema/store';
import type { CacheKind } from './cache-kinds.ts';
import { sizeText } from './size-text.ts';

const HOUR_MS = 3_600_000;

/** A line for each kind, and one for all of them. */
export function describeCacheKinds(kinds: CacheKind[]): string[] {
  const total = kinds.reduce((sum, { size }) => sum + size, 0);
  const lines = kinds.map(({ kind, entries, size, firstUsed, lastUsed }) => {
    const [first, last] = [firstUsed, lastUsed].map(ageText);
    const used = first === last ? last : `${last} to ${first}`;
    return `${kind.padEnd(26)} ${String(entries).padStart(6)} ${sizeText(size).padStart(10)}   used ${used} ago`;
  });
  return [...lines, `${'all'.padEnd(26)} ${''.padStart(6)} ${sizeText(total).padStart(10)}`];
}

export function describeCollected({ removed, freed, left }: Collected): string {
  return `removed ${counted(removed, 'entry', 'entries')}, ${sizeText(Math.round(freed))}; ${sizeText(Math.round(left))} stay`;
}

function ageText(time: string): string {
  const hours = (Date.now() - Date.parse(time)) / HOUR_MS;
  if (hours < 1) return `${Math.max(0, Math.round(hours * 60))} min`;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}
