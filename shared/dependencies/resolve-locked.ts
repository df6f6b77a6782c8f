import { semverOrder } from '@dema/versions';
import type { Dependency } from './dependency.ts';
import { LOCK_FILE } from './lock-file.ts';
import { type Resolution, type ResolveOptions, resolveDependency, type Want } from './resolve-dependency.ts';

/**
 * The version that a lock has for this architecture, as long as it satisfies the first of the wants; undefined when it has none
 * that does. Where nobody asks for anything the lock decides alone: that the default has moved on is what it is there against.
 */
export function resolveLocked(
  locked: Dependency[],
  id: string,
  wants: Want[],
  options: ResolveOptions,
): Resolution | undefined {
  const { architecture, order = semverOrder } = options;
  const fitting = locked.filter((one) => one.id === id && (one.architecture ?? architecture) === architecture);
  const versions = fitting.map(({ version }) => version);
  const [want] = wants;
  if (fitting.length === 0 || !order.highest(versions, want?.range ?? '*')) return undefined;
  const resolution = resolveDependency(fitting, id, wants, { architecture, order });
  const asked = want ? `, for "${want.range}" from ${want.source}` : '';
  return { ...resolution, reason: `${resolution.dependency.version}, by ${LOCK_FILE}${asked}` };
}
