import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { onSignals } from '@dema/exec';

/** All of these end a program by default. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

const POLL_MS = 20;

export interface Forwarding {
  /** Exit code that a default action stands for (128 + number), once one was carried out. */
  endedBy(): number | undefined;
  stop(): void;
}

/**
 * Passes our signals to a process that is PID 1 of its own namespace. The kernel ignores a signal's default action there,
 * so that a program without a handler (or Node.js, whose own handler only restores the terminal) could not be ended by
 * ctrl-C: where the program does not catch the signal, or no longer does, the default action is carried out here. A
 * second ctrl-C ends it in any case.
 */
export function forwardSignals(pid: number): Forwarding {
  let endedBy: number | undefined;
  let interrupts = 0;
  function end(name: NodeJS.Signals): void {
    endedBy ??= 128 + constants.signals[name];
    send(pid, 'SIGKILL');
  }
  async function forward(name: NodeJS.Signals): Promise<void> {
    if (name === 'SIGINT') interrupts += 1;
    if (interrupts > 1) return end(name);
    send(pid, name);
    while (await isAlive(pid)) {
      if (!(await catches(pid, name))) return end(name);
      await wait(POLL_MS);
    }
  }
  return { endedBy: () => endedBy, stop: onSignals(FORWARDED, (name) => void forward(name)) };
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

async function isAlive(pid: number): Promise<boolean> {
  const status = await readStatus(pid);
  return status !== undefined && !/^State:\s+[ZX]/m.test(status);
}

/** Whether the process has a handler for the signal, or ignores it on purpose (proc(5), `SigCgt` and `SigIgn`). */
async function catches(pid: number, name: NodeJS.Signals): Promise<boolean> {
  const status = (await readStatus(pid)) ?? '';
  const bit = 1n << BigInt(constants.signals[name] - 1);
  return ['SigCgt', 'SigIgn'].some((field) => {
    const mask = new RegExp(`^${field}:\\s+([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0';
    return (BigInt(`0x${mask}`) & bit) !== 0n;
  });
}

async function readStatus(pid: number): Promise<string | undefined> {
  return readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
}
