const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const groups = new Set<number>();

/**
 * Programs run in process groups of their own, so a terminal's Ctrl-C does not reach them. Nothing may outlive us: when we
 * exit, or die of a signal that nobody else handles, they are killed.
 */
export function trackGroup(pid: number): void {
  if (groups.size === 0) {
    process.on('exit', killAll);
    for (const signal of SIGNALS) process.on(signal, dieOf);
  }
  groups.add(pid);
}

export function untrackGroup(pid: number): void {
  if (!groups.delete(pid) || groups.size > 0) return;
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, dieOf);
}

/** `false` when no process of the group is left. */
export function killGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function killAll(): void {
  for (const pid of groups) killGroup(pid, 'SIGKILL');
}

function dieOf(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAll();
  process.off(signal, dieOf);
  process.kill(process.pid, signal);
}
