import { ARCHITECTURES, type PackageLock, parsePackageLock } from '@dema/debian';
import type { BaseDefinition } from './base-definition.ts';
import { findBuilderFile } from './builder-folder.ts';
import { baseLockMissing, baseLockStale } from './faults.ts';

/** The packages that an image is pinned to. Faults: BUILDER_LOCK_MISSING, BUILDER_LOCK_STALE, BUILDER_FILE_UNREADABLE. */
export async function readBaseLock(
  definition: Pick<BaseDefinition, 'lockFile' | 'packages' | 'exclude'>,
): Promise<PackageLock> {
  const { lockFile, packages, exclude } = definition;
  const lock = await findBaseLock(definition);
  if (lock === undefined) throw baseLockMissing(lockFile);
  const given = lock.wanted?.packages.filter((name) => !packages.includes(name)) ?? [];
  const spared = lock.wanted?.exclude.filter((name) => !exclude.includes(name)) ?? [];
  for (const architecture of ARCHITECTURES) {
    const locked = new Set(lock.architectures[architecture].map(({ name }) => name));
    const lacking = packages.filter((name) => !locked.has(name));
    const unwanted = exclude.filter((name) => locked.has(name));
    if (lacking.length + unwanted.length > 0) throw baseLockStale(lockFile, { lacking, unwanted });
  }
  if (given.length + spared.length > 0) throw baseLockStale(lockFile, { given, spared });
  return lock;
}

/** Undefined when there is none yet. */
export async function findBaseLock({ lockFile }: Pick<BaseDefinition, 'lockFile'>): Promise<PackageLock | undefined> {
  const text = await findBuilderFile(lockFile);
  return text === undefined ? undefined : parsePackageLock(text, lockFile);
}
