export interface FirstAnswerOptions {
  waitMs: number;
  /** Asks a host for something that it has at once, on a connection of its own. */
  greet(origin: string): Promise<unknown>;
}

/** Runs a request to an origin; while that has never answered anything, not for longer than a sign of life may take. */
export type FirstAnswers = <T>(origin: string, ask: (signal?: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Tells a host that is slow from one behind which nobody is, as when something on the way takes connections and drops them:
 * who answers neither a request nor, later, a greeting is given up with the error ERR_HOST_SILENT.
 */
export function createFirstAnswers({ waitMs, greet }: FirstAnswerOptions): FirstAnswers {
  const alive = new Set<string>();
  const greetings = new Map<string, Promise<unknown>>();

  function greetOnce(origin: string): void {
    if (alive.has(origin) || greetings.has(origin)) return;
    // Without an answer the request itself tells what is wrong.
    const greeting = greet(origin).then(
      () => alive.add(origin),
      () => greetings.delete(origin),
    );
    greetings.set(origin, greeting);
  }

  return async (origin, ask) => {
    if (alive.has(origin)) return ask();
    const abort = new AbortController();
    const greeting = setTimeout(greetOnce, waitMs / 2, origin);
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
