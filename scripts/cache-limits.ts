import type { CollectOptions } from '@dema/store';
import { argumentsInvalid } from './faults.ts';

/** What a cache may hold, and for how long what nobody uses, where nothing else is said. */
const DEFAULT_SIZE = '10GB';
const DEFAULT_AGE = '30d';

const BYTES: Record<string, number> = { '': 1, b: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const BINARY: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const MILLISECONDS: Record<string, number> = { m: 60e3, h: 3600e3, d: 86_400e3, w: 7 * 86_400e3 };

export interface LimitOptions {
  maxSize?: string;
  maxAge?: string;
}

/** By the options, else DEMA_CACHE_MAX_SIZE and DEMA_CACHE_MAX_AGE, else 10 GB and 30 days. */
export function determineCacheLimits({ maxSize, maxAge }: LimitOptions, env: NodeJS.ProcessEnv): CollectOptions {
  const size = maxSize ? ['--max-size', maxSize] : ['DEMA_CACHE_MAX_SIZE', env.DEMA_CACHE_MAX_SIZE || DEFAULT_SIZE];
  const age = maxAge ? ['--max-age', maxAge] : ['DEMA_CACHE_MAX_AGE', env.DEMA_CACHE_MAX_AGE || DEFAULT_AGE];
  return { maxBytes: parseSize(size[0] ?? '', size[1] ?? ''), maxAgeMs: parseAge(age[0] ?? '', age[1] ?? '') };
}

/** `none`, or a number of bytes with a unit: decimal as in `5GB`, binary as in `5GiB`. */
function parseSize(source: string, text: string): number {
  if (text === 'none') return Number.POSITIVE_INFINITY;
  const [, number, unit = '', binary] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(i)?b?$/i.exec(text) ?? [];
  const factor = (binary ? BINARY : BYTES)[unit.toLowerCase()];
  if (number === undefined || factor === undefined) {
    throw argumentsInvalid(
      `${source} is "${text}", which is no size.`,
      'Write a size such as 500MB, 5GB or 5GiB, or `none`.',
    );
  }
  return Number(number) * factor;
}

/** `none`, `0`, or a number with a unit: minutes, hours, days or weeks. */
function parseAge(source: string, text: string): number {
  if (text === 'none') return Number.POSITIVE_INFINITY;
  const [, number, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? [undefined, text === '0' ? '0' : undefined, 'm'];
  if (number === undefined || unit === undefined) {
    throw argumentsInvalid(
      `${source} is "${text}", which is no age.`,
      'Write an age such as 12h, 30d or 8w, or `none`.',
    );
  }
  return Number(number) * (MILLISECONDS[unit] ?? 0);
}
