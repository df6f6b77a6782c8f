import type { Dependency } from './dependency.ts';

const DAYS_AHEAD = 30;
const DAY = 24 * 60 * 60 * 1000;

/** A sentence for the log when the version's end of life is past or at most thirty days ahead. */
export function describeEndOfLife(
  { name, version, endOfLife }: Pick<Dependency, 'name' | 'version' | 'endOfLife'>,
  today: Date,
): string | undefined {
  if (endOfLife === undefined) return undefined;
  const days = Math.ceil((Date.parse(endOfLife) - today.getTime()) / DAY);
  if (days > DAYS_AHEAD) return undefined;
  const verb = days > 0 ? `reaches its end of life on ${endOfLife}` : `reached its end of life on ${endOfLife}`;
  return `${name} ${version} ${verb}; move to a newer line, which still gets security fixes`;
}
