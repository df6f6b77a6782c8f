import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dependency } from '@dema/dependencies';
import type { Environment } from './settings.ts';

/** What `dema.lock.json` of the app says of this buildpack. */
export interface AppLock {
  dependencies: Dependency[];
  /** Nothing else may be installed. */
  isStrict: boolean;
}

export interface AppLockOptions {
  /** Folder of the app, in which a platform that knows nothing of locks leaves the file. */
  app: string;
  env: Environment;
  /** Id of the buildpack. */
  buildpack: string;
  isStrict: boolean;
}

/** Faults DEPENDENCY_LOCK_INVALID, and DEPENDENCY_LOCK_MISSING where nothing else may be installed. */
export async function readAppLock({ app, env, buildpack, isStrict }: AppLockOptions): Promise<AppLock> {
  const { LOCK_FILE, lockMissing, parseLock } = await import('@dema/dependencies');
  const text = await readFile(env.DEMA_LOCK_FILE ?? join(app, LOCK_FILE), 'utf8').catch(() => undefined);
  if (text === undefined && isStrict) throw lockMissing(LOCK_FILE);
  const lock = text === undefined ? {} : parseLock(text, LOCK_FILE);
  return { dependencies: lock[buildpack] ?? [], isStrict };
}
