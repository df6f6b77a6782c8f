import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Names a process for as long as files last: process ids come again, so its start time belongs to it (field 22 of
 * `/proc/<pid>/stat`, clock ticks since boot), and both mean something only in one process namespace of one running kernel.
 */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
  /** Hash of the kernel's boot id and the process namespace. */
  host: string;
}

let own: ProcessIdentity | undefined;

export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, startTime: findStartTime(process.pid) ?? '0', host: hostIdentity() };
  return own;
}

/** `undefined` for a process of another machine, boot or process namespace: nothing can be said about it from here. */
export function isAlive({ pid, startTime, host }: ProcessIdentity): boolean | undefined {
  if (host !== ownIdentity().host) return undefined;
  if (pid === process.pid) return startTime === ownIdentity().startTime;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const startOfNow = findStartTime(pid);
  return startOfNow === undefined || startOfNow === startTime;
}

/** `<pid>-<start time>-<host>`, usable in a file name. */
export function renderIdentity({ pid, startTime, host }: ProcessIdentity): string {
  return `${pid}-${startTime}-${host}`;
}

/** Reads the identity at the beginning of a file name. */
export function parseIdentity(name: string): ProcessIdentity | undefined {
  const match = /^(\d+)-(\d+)-([0-9a-f]+)(?:-|$)/.exec(name);
  const [, pid, startTime, host] = match ?? [];
  return pid && startTime && host ? { pid: Number(pid), startTime, host } : undefined;
}

function findStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const afterCommand = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not looked yet.
    return afterCommand[0] === 'Z' ? '0' : afterCommand[19];
  } catch {
    return undefined;
  }
}

function hostIdentity(): string {
  const hash = createHash('sha256');
  hash.update(tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')));
  hash.update(tryRead(() => readlinkSync('/proc/self/ns/pid')));
  return hash.digest('hex').slice(0, 12);
}

function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
