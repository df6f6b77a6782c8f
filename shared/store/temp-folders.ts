import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { isAlive, ownIdentity, parseIdentity, renderIdentity } from './process-identity.ts';
import { removeFolder } from './remove-folder.ts';
import { retryAfterRemoval } from './retry-after-removal.ts';

const FOREIGN_LIFE_MS = 24 * 60 * 60 * 1000;

const parents = new Set<string>();

/** A path below `parent` that nobody else uses and that says whose it is. What is there when this process exits is removed. */
export function tempPath(parent: string): string {
  if (parents.size === 0 && isMainThread) process.on('exit', removeOwn);
  parents.add(parent);
  return join(parent, `${renderIdentity(ownIdentity())}-${randomBytes(6).toString('hex')}`);
}

/** An exit in the middle of something has no time to wait for its end. */
function removeOwn(): void {
  for (const parent of parents) {
    const own = listFolder(parent).filter((name) => name.startsWith(`${renderIdentity(ownIdentity())}-`));
    for (const name of own) tryRemove(join(parent, name));
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function tryRemove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    // The next start tries again.
  }
}

/** A path beside `target` for what takes its place when it is whole; it says whose it is. */
export function asidePath(target: string): string {
  return `${target}.${basename(tempPath('/'))}`;
}

/** Removes what dead processes left beside `target`. */
export async function removeStaleAside(target: string): Promise<void> {
  const prefix = `${basename(target)}.`;
  for (const name of await readdir(dirname(target)).catch(() => [])) {
    const owner = name.startsWith(prefix) ? parseIdentity(name.slice(prefix.length)) : undefined;
    if (owner && isAlive(owner) === false) await removeFolder(join(dirname(target), name)).catch(() => undefined);
  }
}

export async function withTempFolder<T>(parent: string, use: (dir: string) => Promise<T>): Promise<T> {
  const dir = tempPath(parent);
  // What is in it may be secret: variables of a build, an npm configuration.
  await retryAfterRemoval(parent, () => mkdir(dir, { mode: 0o700 }));
  try {
    return await use(dir);
  } finally {
    await removeFolder(dir);
  }
}

/** Removes what dead processes left behind. Of a process that cannot be seen from here, a day later. */
export async function removeStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (await isStale(parent, name)) await removeFolder(join(parent, name)).catch(() => undefined);
  }
}

async function isStale(parent: string, name: string): Promise<boolean> {
  const owner = parseIdentity(name);
  const alive = owner && isAlive(owner);
  if (alive !== undefined) return !alive;
  const found = await stat(join(parent, name)).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > FOREIGN_LIFE_MS;
}
