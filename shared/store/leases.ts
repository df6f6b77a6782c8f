import { rmSync } from 'node:fs';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, ownIdentity, parseIdentity, renderIdentity } from './process-identity.ts';
import { PROCESS_START } from './use.ts';

const HEARTBEAT_MS = 15_000;
const FOREIGN_SILENCE_MS = 60_000;

const held = new Set<string>();

/**
 * Says that this process uses the store until it ends: whatever it has used since its start is left alone by a collection.
 * The lease is a file `<root>/leases/<process>-<start in ms>`; that of a dead process counts for nothing.
 */
export async function holdStore(root: string): Promise<void> {
  const folder = join(root, 'leases');
  const file = join(folder, `${renderIdentity(ownIdentity())}-${Math.floor(PROCESS_START)}`);
  if (held.has(file)) return;
  if (held.size === 0) process.once('exit', release);
  held.add(file);
  await mkdir(folder, { recursive: true });
  await writeFile(file, '');
  // For those who see the store from another process namespace and cannot know whether we live.
  setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS).unref();
}

/** Since when the oldest of the other processes that hold the store has been at work; infinity when there is none. */
export async function findOldestLease(root: string): Promise<number> {
  const folder = join(root, 'leases');
  let oldest = Number.POSITIVE_INFINITY;
  for (const name of await readdir(folder).catch(() => [])) {
    const owner = parseIdentity(name);
    if (owner && renderIdentity(owner) === renderIdentity(ownIdentity())) continue;
    const alive = (owner && isAlive(owner)) ?? (await isHeard(join(folder, name)));
    if (alive) oldest = Math.min(oldest, Number(name.split('-').at(-1)) || 0);
    else rmSync(join(folder, name), { force: true });
  }
  return oldest;
}

async function isHeard(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < FOREIGN_SILENCE_MS;
}

function release(): void {
  for (const file of held) rmSync(file, { force: true });
}
