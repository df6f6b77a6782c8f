/** A request to a host, and one for something that the host has at once. */
export interface Asking<T> {
  ask(signal?: AbortSignal): Promise<T>;
  greet(signal: AbortSignal): Promise<unknown>;
}

/** Runs a request to an origin; while that has never answered anything, not for longer than a sign of life may take. */
export type FirstAnswers = <T>(origin: string, asking: Asking<T>) => Promise<T>;

/**
 * Tells a host that is slow from one behind which nobody is, as when something on the way takes connections and drops them:
 * who answers neither a request nor, later, a greeting is given up with the error ERR_HOST_SILENT.
 */
export function createFirstAnswers(waitMs: number): FirstAnswers {
  const alive = new Set<string>();
  return async (origin, { ask, greet }) => {
    if (alive.has(origin)) return ask();
    const abort = new AbortController();
    const greeting = setTimeout(() => greet(abort.signal).then(() => alive.add(origin), ignore), waitMs / 2);
    const end = setTimeout(() => {
      if (!alive.has(origin)) abort.abort(silent(waitMs));
    }, waitMs);
    try {
      const answer = await ask(abort.signal);
      alive.add(origin);
      return answer;
    } finally {
      clearTimeout(greeting);
      clearTimeout(end);
    }
  };
}

function silent(waitMs: number): Error {
  return Object.assign(new Error(`no answer within ${waitMs / 1000} s`), { code: 'ERR_HOST_SILENT' });
}

function ignore(): void {
  // The request itself tells what is wrong.
}
