import type { LaunchContext } from '@dema/buildpack';

const MIB = 1024 ** 2;

/** Of the memory there is; the rest is for what lies outside of the heap. */
const SHARE = 0.75;

/**
 * Bounds the old space of V8's heap by the memory that there is: `NODE_OPTIONS`, and `MEMORY_AVAILABLE` in MiB. Nothing
 * when OPTIMIZE_MEMORY is not true, no limit is known, or the size is set already.
 */
export function launch({ env, memoryLimit }: Pick<LaunchContext, 'env' | 'memoryLimit'>): Record<string, string> {
  const { OPTIMIZE_MEMORY: wanted, NODE_OPTIONS: options = '', MEMORY_AVAILABLE: given } = env;
  const limit = memoryLimit();
  const available = parseAvailable(given) ?? (limit === undefined ? undefined : Math.floor(limit / MIB));
  if (wanted !== 'true' || available === undefined || /--max[-_]old[-_]space[-_]size/.test(options)) return {};
  const size = `--max_old_space_size=${Math.floor(available * SHARE)}`;
  return { MEMORY_AVAILABLE: String(available), NODE_OPTIONS: options === '' ? size : `${options} ${size}` };
}

/** In MiB; a number that can only be meant in bytes is taken so. */
function parseAvailable(text: string | undefined): number | undefined {
  const value = text && /^\d+$/.test(text) ? Number(text) : 0;
  if (value === 0) return undefined;
  return value < MIB ? value : Math.floor(value / MIB);
}
