import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Architecture,
  type DependencyLock,
  LOCK_FILE,
  lockMissing,
  parseLock,
  renderLock,
  updateLock,
} from '@dema/dependencies';
import { argumentsInvalid } from './faults.ts';

export interface LockChoices {
  /** Resolves everything afresh and writes what came of it into the app's lock. */
  lock?: boolean;
  /** Installs nothing but what the lock names. */
  locked?: boolean;
}

/** Text of the app's lock as far as the build is to follow it. Faults DEPENDENCY_LOCK_INVALID and DEPENDENCY_LOCK_MISSING. */
export async function readLockFor(app: string, { lock, locked }: LockChoices): Promise<string | undefined> {
  if (lock && locked) {
    throw argumentsInvalid('`--lock` makes a lock and `--locked` follows one.', 'Give one of the two.');
  }
  const file = join(app, LOCK_FILE);
  const text = await findText(file);
  if (text === undefined && locked) throw lockMissing(file);
  if (text !== undefined) parseLock(text, file);
  return lock ? undefined : text;
}

/** Writes what was resolved for one architecture into the app's lock, and what it says of others stays. Gives whether anything changed. */
export async function writeLock(app: string, resolved: DependencyLock, architecture: Architecture): Promise<boolean> {
  const file = join(app, LOCK_FILE);
  const before = await findText(file);
  const lock = updateLock(before === undefined ? {} : parseLock(before, file), resolved, architecture);
  const text = renderLock(lock);
  if (text === before) return false;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
  return true;
}

function findText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
