import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { onSignals } from '@dema/exec';
import { endNow } from './end-now.ts';

/** What an interrupted command ends with. */
export interface Stop {
  exitCode: number;
}

const STOP = Symbol('stop');

/** For what was begun to be ended and removed; some steps, such as the compression of one large layer, cannot be cut short. */
const PATIENCE_MS = 1000;

export function isStop(value: unknown): value is Stop {
  return typeof value === 'object' && value !== null && STOP in value;
}

/**
 * Runs with a signal that is aborted by ctrl-C or SIGTERM, so that everything begun is ended and removed before we are.
 * The second ctrl-C ends us at once, as does a first that is not answered for a second.
 */
export async function withStop<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stopListening = onStop((stop) => {
    if (controller.signal.aborted) endStopped(stop);
    controller.abort(stop);
    void wait(PATIENCE_MS, undefined, { ref: false }).then(() => endStopped(stop));
  });
  try {
    return await run(controller.signal);
  } catch (error) {
    // What fails once everything is being ended fails because of that.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    stopListening();
  }
}

/** Runs what begins nothing that outlives us: the first ctrl-C or SIGTERM ends us at once. */
export async function withStopAtOnce<T>(run: () => Promise<T>): Promise<T> {
  const stopListening = onStop(endStopped);
  try {
    return await run();
  } finally {
    stopListening();
  }
}

/** Gives what ends the listening. */
function onStop(callback: (stop: Stop) => void): () => void {
  return onSignals(['SIGINT', 'SIGTERM', 'SIGHUP'], (name) => {
    const stop = { [STOP]: true, exitCode: 128 + constants.signals[name] };
    callback(stop);
  });
}

/** As every interrupted command ends. */
export function endStopped({ exitCode }: Stop): never {
  endNow('stopped', exitCode);
}
