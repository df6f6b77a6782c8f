import { constants } from 'node:os';

/** What an interrupted command ends with. */
export interface Stop {
  exitCode: number;
}

const STOP = Symbol('stop');

export function isStop(value: unknown): value is Stop {
  return typeof value === 'object' && value !== null && STOP in value;
}

/** Runs with a signal that is aborted by ctrl-C or SIGTERM, so that everything begun is ended and removed before we are. */
export async function withStop<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const listener = () => controller.abort({ [STOP]: true, exitCode: 128 + constants.signals[name] });
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  try {
    return await run(controller.signal);
  } finally {
    for (const remove of listeners) remove();
  }
}
