import { expect, test } from 'vitest';
import { mapInParallel } from './map-in-parallel.ts';

test('results stand in the order of the items, and no more than the limit are under way', async () => {
  let underWay = 0;
  let most = 0;
  const results = await mapInParallel([5, 1, 3, 2, 4], 2, async (item) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, item));
    underWay -= 1;
    return item * 10;
  });
  expect(results).toEqual([50, 10, 30, 20, 40]);
  expect(most).toBe(2);
});

test('after a failure no other is begun', async () => {
  const started: number[] = [];
  const slow = Promise.withResolvers<void>();
  const mapping = mapInParallel([1, 2, 3, 4], 2, async (item) => {
    started.push(item);
    if (item === 1) throw new Error('no');
    await slow.promise;
  });
  await expect(mapping).rejects.toThrow('no');
  slow.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toEqual([1, 2]);
});
