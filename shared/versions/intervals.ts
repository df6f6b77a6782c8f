/** Between two versions, as Maven and NuGet write it: `[1.5,2)`; a bound that is not named does not bind. */
export interface Interval {
  from?: string;
  to?: string;
  includesFrom: boolean;
  includesTo: boolean;
}

const INTERVAL = /^([[(])\s*([^,[\]()\s]*)\s*(?:(,)\s*([^,[\]()\s]*)\s*)?([\])])(?:\s*,\s*|$)/;

/** `*`, one version, or intervals between commas; undefined for anything else. */
export function intervalsOf(text: string, isVersion: (text: string) => boolean): Interval[] | undefined {
  const trimmed = text.trim();
  if (trimmed === '*') return [{ includesFrom: true, includesTo: true }];
  if (isVersion(trimmed)) return [exactly(trimmed)];
  const intervals: Interval[] = [];
  for (let rest = trimmed; rest !== ''; ) {
    const match = INTERVAL.exec(rest);
    const interval = match && intervalOf(match);
    if (!match || !interval) return undefined;
    if ([interval.from, interval.to].some((bound) => bound !== undefined && !isVersion(bound))) return undefined;
    intervals.push(interval);
    rest = rest.slice(match[0].length);
    if (rest === '' && match[0].trimEnd().endsWith(',')) return undefined;
  }
  return intervals.length > 0 ? intervals : undefined;
}

function intervalOf([, open, from, comma, to, close]: RegExpExecArray): Interval | undefined {
  const includes = { includesFrom: open === '[', includesTo: close === ']' };
  if (comma === undefined) return from && includes.includesFrom && includes.includesTo ? exactly(from) : undefined;
  return { ...includes, from: from || undefined, to: to || undefined };
}

function exactly(version: string): Interval {
  return { from: version, to: version, includesFrom: true, includesTo: true };
}

export function isInIntervals(
  version: string,
  intervals: Interval[],
  compare: (a: string, b: string) => number,
): boolean {
  return intervals.some(({ from, to, includesFrom, includesTo }) => {
    const above = from === undefined ? 1 : compare(version, from);
    const below = to === undefined ? 1 : compare(to, version);
    return (above > 0 || (above === 0 && includesFrom)) && (below > 0 || (below === 0 && includesTo));
  });
}
