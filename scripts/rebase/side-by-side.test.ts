import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('no more are under way than asked for, and none is left out', async () => {
  const done: number[] = [];
  let open = 0;
  let most = 0;
  await sideBySide([1, 2, 3, 4, 5], 2, async (item) => {
    open += 1;
    most = Math.max(most, open);
    await wait(1);
    open -= 1;
    done.push(item);
  });
  expect(done).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test('when one fails no other is begun, and those under way are ended before it is told', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const working = sideBySide([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    await wait(item === 1 ? 1 : 50);
    if (item === 1) throw new Error('no space');
    ended.push(item);
  });
  await expect(working).rejects.toThrow('no space');
  expect(ended).toEqual([2]);
  await wait(20);
  expect(begun).toEqual([1, 2]);
});
