import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rmdir, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, ownIdentity, parseIdentity, renderIdentity } from './process-identity.ts';

const HEARTBEAT_MS = 15_000;
const FOREIGN_SILENCE_MS = 60_000;
const LONGEST_WAIT_MS = 50;
const MOST_TRIES = 1000;

const queues = new Map<string, Promise<unknown>>();

/** One user of `folder` at a time, between processes and inside this one, where those who wait come in turn. */
export function withLock<T>(folder: string, use: () => Promise<T>): Promise<T> {
  const before = queues.get(folder) ?? Promise.resolve();
  const mine = before.then(() => withClaim(folder, use));
  const done = mine
    .catch(() => undefined)
    .then(() => {
      if (queues.get(folder) === done) queues.delete(folder);
    });
  queues.set(folder, done);
  return mine;
}

/**
 * A claim is a file whose name says whose it is; who sees no claim but his own has the lock. Each writes before he looks,
 * so two can never both see themselves alone; of several who came at once the first by name stays and the others withdraw.
 * The claim of a dead process counts for nothing, so there is nothing to take over and nothing half-written to misread.
 */
async function withClaim<T>(folder: string, use: () => Promise<T>): Promise<T> {
  const claim = await claimLock(folder);
  const heartbeat = setInterval(() => void touch(claim), HEARTBEAT_MS).unref();
  try {
    return await use();
  } finally {
    clearInterval(heartbeat);
    await unlink(claim).catch(() => undefined);
    await rmdir(folder).catch(() => undefined);
  }
}

async function claimLock(folder: string): Promise<string> {
  for (let wait = 5; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    if ((await liveClaims(folder)).length === 0) {
      const name = await writeClaim(folder);
      if (await outlastOthers(folder, name)) return join(folder, name);
    }
    await delay(wait);
  }
}

async function writeClaim(folder: string): Promise<string> {
  const name = `${renderIdentity(ownIdentity())}-${randomBytes(6).toString('hex')}`;
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(folder, { recursive: true });
      await (await open(join(folder, name), 'wx')).close();
      return name;
    } catch (error) {
      // Whoever had the lock before removes the empty folder when he leaves; but where none can be made, that says the same.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === MOST_TRIES) throw error;
      await delay(1);
    }
  }
}

async function outlastOthers(folder: string, name: string): Promise<boolean> {
  for (;;) {
    const claims = await liveClaims(folder);
    if (!claims.includes(name)) return false;
    if (claims.length === 1) return true;
    if (claims.some((other) => other < name)) {
      await unlink(join(folder, name)).catch(() => undefined);
      return false;
    }
    await delay(5);
  }
}

async function liveClaims(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const live: string[] = [];
  for (const name of names) {
    if (await isLive(folder, name)) live.push(name);
    else await unlink(join(folder, name)).catch(() => undefined);
  }
  return live;
}

async function isLive(folder: string, name: string): Promise<boolean> {
  const owner = parseIdentity(name);
  const alive = owner && isAlive(owner);
  if (alive !== undefined) return alive;
  const found = await stat(join(folder, name)).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < FOREIGN_SILENCE_MS;
}

async function touch(claim: string): Promise<void> {
  const now = new Date();
  await utimes(claim, now, now).catch(() => undefined);
}
