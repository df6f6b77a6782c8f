import { dirname } from 'node:path';
import { type BaseDefinition, readBaseDefinition } from './base-definition.ts';
import { findBaseFolder } from './base-folder.ts';
import { findBaseLock } from './base-lock.ts';
import { ownPackagesMissing } from './faults.ts';
import type { ImageRole } from './image-role.ts';
import { type LockChange, type LockPlan, planLock, type UpdateLockOptions } from './update-lock.ts';

export interface LockUpdate {
  /** The lock. */
  file: string;
  /** What the changes are for apps that stand on the image: the gravest of them. */
  step: 'unchanged' | 'patch' | 'added' | 'removed';
  changes: LockChange[];
}

const ROLES: ImageRole[] = ['build', 'run'];

/**
 * Brings the locks of a builder's own base images to the newest state of the archive, both or none. A lock that an image has
 * from what it stands on is left to that one. Fault: BUILDER_PACKAGES_MISSING when it has no lock of its own, those of `planLock`.
 */
export async function updateBuilderLocks(name: string, options: UpdateLockOptions): Promise<LockUpdate[]> {
  const own = await listOwn(name);
  if (own.length === 0) throw ownPackagesMissing(name);
  return updateAll(own, options);
}

/** Makes the locks that a builder's own base images lack, and leaves the others as they are. */
export async function makeMissingLocks(name: string, options: UpdateLockOptions): Promise<LockUpdate[]> {
  const lacking: BaseDefinition[] = [];
  for (const definition of await listOwn(name)) if (!(await findBaseLock(definition))) lacking.push(definition);
  return updateAll(lacking, options);
}

/** Images that have a lock of their own. */
async function listOwn(name: string): Promise<BaseDefinition[]> {
  const own: BaseDefinition[] = [];
  for (const role of ROLES) {
    const [folder, definition] = [await findBaseFolder(name, role), await readBaseDefinition(name, role)];
    if (dirname(definition.lockFile) === folder) own.push(definition);
  }
  return own;
}

async function updateAll(definitions: BaseDefinition[], options: UpdateLockOptions): Promise<LockUpdate[]> {
  const plans: (LockPlan & { file: string })[] = [];
  for (const definition of definitions) {
    plans.push({ ...(await planLock(definition, options)), file: definition.lockFile });
  }
  for (const { write } of plans) await write();
  return plans.map(({ file, changes }) => ({ file, step: stepOf(changes), changes }));
}

function stepOf(changes: LockChange[]): LockUpdate['step'] {
  if (changes.some(({ after }) => after === undefined)) return 'removed';
  if (changes.some(({ before }) => before === undefined)) return 'added';
  return changes.length > 0 ? 'patch' : 'unchanged';
}
