import { readFile } from 'node:fs/promises';
import { type PackageLock, parsePackageLock } from '@dema/debian';
import type { BaseDefinition } from './base-definition.ts';
import { baseLockMissing } from './faults.ts';

/** The packages that an image is pinned to. Fault: BUILDER_LOCK_MISSING. */
export async function readBaseLock(definition: Pick<BaseDefinition, 'lockFile'>): Promise<PackageLock> {
  const lock = await findBaseLock(definition);
  if (lock === undefined) throw baseLockMissing(definition.lockFile);
  return lock;
}

/** Undefined when there is none yet. */
export async function findBaseLock({ lockFile }: Pick<BaseDefinition, 'lockFile'>): Promise<PackageLock | undefined> {
  try {
    return parsePackageLock(await readFile(lockFile, 'utf8'), lockFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
