import type { Dependency, Resolution, ResolveOptions, Want } from '@dema/dependencies';
import { isFault } from '@dema/errors';
import type { AppLock } from './app-lock.ts';
import type { Log } from './log.ts';

export interface ChooseParts {
  inventory: Dependency[];
  lock: AppLock;
  /** A version that the inventory lacks, where its registry can tell. */
  findRelease(version: string): Promise<Dependency | undefined>;
  log: Log;
}

/**
 * The version to use: of the lock as long as it satisfies what is asked for, else of the inventory, and for one exact version
 * that the inventory lacks of the registry. Faults DEPENDENCY_VERSION_UNSATISFIABLE, DEPENDENCY_LOCK_UNSATISFIED.
 */
export async function chooseDependency(
  id: string,
  wants: Want[],
  options: ResolveOptions,
  parts: ChooseParts,
): Promise<Resolution> {
  const { resolveLocked } = await import('@dema/dependencies');
  const locked = resolveLocked(parts.lock.dependencies, id, wants, options);
  if (locked) return locked;
  await mindLock(id, wants, options, parts);
  return resolveAfresh(id, wants, options, parts);
}

/** What is not in the lock is a fault where only that may be installed, and else worth a line where the lock knows another version. */
async function mindLock(
  id: string,
  wants: Want[],
  { defaultRange = '*', architecture }: ResolveOptions,
  { inventory, lock, log }: ChooseParts,
): Promise<void> {
  const { LOCK_FILE, lockUnsatisfied } = await import('@dema/dependencies');
  const { source, range } = wants[0] ?? { source: 'the default', range: defaultRange };
  const name = inventory.find((one) => one.id === id)?.name ?? id;
  const known = lock.dependencies.filter((one) => one.id === id && (one.architecture ?? architecture) === architecture);
  const versions = known.map(({ version }) => version);
  if (lock.isStrict) throw lockUnsatisfied({ name, file: LOCK_FILE, source, range, locked: versions });
  if (versions.length === 0) return;
  log.warn(
    `${LOCK_FILE} has ${name} ${versions.join(', ')}, but "${range}" from ${source} asks for another one; \`dema build --lock\` makes it anew`,
  );
}

async function resolveAfresh(
  id: string,
  wants: Want[],
  options: ResolveOptions,
  { inventory, findRelease, log }: ChooseParts,
): Promise<Resolution> {
  const { findExactVersion, resolveDependency } = await import('@dema/dependencies');
  try {
    return resolveDependency(inventory, id, wants, options);
  } catch (error) {
    const exact = findExactVersion(wants[0]?.range ?? '', options.order);
    if (!isFault(error, 'DEPENDENCY_VERSION_UNSATISFIABLE') || exact === undefined) throw error;
    const release = await findRelease(exact).catch((trouble) => {
      if (!isFault(trouble)) throw trouble;
      log.detail(`${exact} is not in the inventory, and the registry does not tell: ${trouble.problem}`);
      return undefined;
    });
    if (!release) throw error;
    const resolution = resolveDependency([...inventory, release], id, wants, options);
    return {
      ...resolution,
      reason: `${resolution.reason}, which the inventory lacks: pinned by the checksum of its registry`,
    };
  }
}
