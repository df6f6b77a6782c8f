/** How one ecosystem orders its versions and writes its ranges. All functions are pure; texts are taken as they stand, without trimming. */
export interface VersionOrder {
  isVersion(text: string): boolean;
  isRange(text: string): boolean;
  /** Negative, zero or positive, as `Array.sort` wants it. A text that is no version is a mistake of the caller and throws. */
  compare(a: string, b: string): number;
  /** False for a text that is no version or no range. */
  satisfies(version: string, range: string): boolean;
  /** The highest version that satisfies the range (`*` without one); texts that are no versions are passed over. */
  highest(versions: string[], range?: string): string | undefined;
}

/** Picks the highest version by an order's own `satisfies` and `compare`. */
export function highestBy(
  { satisfies, compare }: Pick<VersionOrder, 'satisfies' | 'compare'>,
  versions: string[],
  range: string,
): string | undefined {
  let best: string | undefined;
  for (const version of versions) {
    if (!satisfies(version, range)) continue;
    if (best === undefined || compare(version, best) > 0) best = version;
  }
  return best;
}
