import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findBuilderFolder } from './builder-folder.ts';
import { packageListsMissing } from './faults.ts';
import { type LockChange, type UpdateLockOptions, updateLock } from './update-lock.ts';

export interface LockUpdate {
  /** The list of packages whose lock it is. */
  file: string;
  changes: LockChange[];
}

/** Brings the locks of a builder's base images to the newest state of the archive. Fault: BUILDER_PACKAGE_LISTS_MISSING. */
export async function updateBuilderLocks(name: string, options: UpdateLockOptions): Promise<LockUpdate[]> {
  const folder = await findBuilderFolder(name);
  const names = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.packages.json')).sort();
  if (names.length === 0) throw packageListsMissing(folder);
  const updates: LockUpdate[] = [];
  for (const file of names.map((one) => join(folder, one))) {
    updates.push({ file, changes: await updateLock(file, options) });
  }
  return updates;
}
