import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Command lines of processes that belong to a place: those that name its folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const parts = ['cmdline', 'environ'].map((file) => read(`/proc/${pid}/${file}`));
      return parts.some((text) => text.includes(folder)) && !isZombie(pid)
        ? [parts[0]?.replaceAll('\0', ' ') ?? '']
        : [];
    });
}

/** What is mounted from or in the folder for this process, and so for everything that runs beside it. */
export function mountsOf(folder: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.filter((line) => line.includes(folder));
}

/** Waits until no process of the place is left, and gives those that are there after that time. */
export async function waitForNone(folder: string, ms: number): Promise<string[]> {
  for (const until = performance.now() + ms; performance.now() < until; await wait(20)) {
    if (processesOf(folder).length === 0) return [];
  }
  return processesOf(folder);
}

/** What lies where builds keep what they work on. */
export function unfinished(cache: string): string[] {
  return ['tmp', 'downloads/tmp'].flatMap((name) => list(join(cache, name)).map((one) => `${name}/${one}`));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function isZombie(pid: string): boolean {
  return /\) Z /.test(read(`/proc/${pid}/stat`));
}
