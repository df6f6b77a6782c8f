import { argumentsInvalid } from './faults.ts';

/**
 * The time that an image is to bear, RFC 3339: that of `--creation-time` (`now`, seconds since 1970, or a date), else of
 * SOURCE_DATE_EPOCH; undefined for the fixed one, which keeps digests equal.
 */
export function determineCreationTime(option: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const asked = option ?? env.SOURCE_DATE_EPOCH;
  if (asked === undefined || asked === '') return undefined;
  if (asked === 'now') return rfc3339(new Date());
  const time = new Date(/^\d+$/.test(asked) ? Number(asked) * 1000 : asked);
  if (Number.isNaN(time.getTime())) {
    const source = option === undefined ? 'SOURCE_DATE_EPOCH' : '--creation-time';
    throw argumentsInvalid(
      `${source} is "${asked}", which is no time.`,
      'Write `now`, seconds since 1970, or a date such as 2026-01-31T12:00:00Z.',
    );
  }
  return rfc3339(time);
}

function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
