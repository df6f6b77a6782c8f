import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFirstAnswers } from './first-answers.ts';

const WAIT_MS = 20;
const ORIGIN = 'http://registry.example';

/** A request whose answer comes when the host is to be given up long since, unless it was. */
async function askSlowly(signal?: AbortSignal): Promise<string> {
  await wait(3 * WAIT_MS, undefined, { signal });
  return 'at last';
}

test('a request to a host that answers a greeting is waited for', async () => {
  const greeted: string[] = [];
  const firstAnswers = createFirstAnswers({ waitMs: WAIT_MS, greet: async (origin) => greeted.push(origin) });
  const all = await Promise.all([1, 2, 3].map(() => firstAnswers(ORIGIN, askSlowly)));
  expect(all).toEqual(['at last', 'at last', 'at last']);
  expect(greeted).toEqual([ORIGIN]);
});

test('one to a host that answers neither is given up', async () => {
  const firstAnswers = createFirstAnswers({ waitMs: WAIT_MS, greet: () => new Promise(() => {}) });
  await expect(firstAnswers(ORIGIN, askSlowly)).rejects.toMatchObject({ cause: { code: 'ERR_HOST_SILENT' } });
});

test('a host that answered once is not greeted, and waited for', async () => {
  const greet = () => Promise.reject(new Error('nobody asks'));
  const firstAnswers = createFirstAnswers({ waitMs: WAIT_MS, greet });
  expect(await firstAnswers(ORIGIN, async () => 'at once')).toBe('at once');
  expect(await firstAnswers(ORIGIN, askSlowly)).toBe('at last');
});
