import { setTimeout as delay } from 'node:timers/promises';

const LONGEST_WAIT_MS = 30_000;

/** How often something may still be tried. One value is shared by all the requests of one piece of work. */
export interface Retries {
  /** Waits and gives `true`, or gives `false` at once when it was tried often enough. @param afterMs what the server asks for */
  wait(afterMs?: number): Promise<boolean>;
}

export interface RetryOptions {
  /** Tries after the first. */
  retries: number;
  /** Wait before the first of them; each further one is three times as long, and some chance is added. */
  delayMs: number;
}

export function createRetries({ retries, delayMs }: RetryOptions): Retries {
  let done = 0;
  return {
    async wait(afterMs) {
      if (done >= retries) return false;
      const backoff = delayMs * 3 ** done * (0.75 + Math.random() / 2);
      done += 1;
      await delay(Math.min(afterMs ?? backoff, LONGEST_WAIT_MS));
      return true;
    },
  };
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
