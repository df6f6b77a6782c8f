import { expect, test } from 'vitest';
import { createShortList } from './short-list.ts';

test('names are listed as far as one can read them', () => {
  const list = createShortList();
  expect([list.isEmpty(), list.render()]).toEqual([true, 'none']);
  for (let index = 1; index <= 12; index += 1) list.add(`app-${index}`);
  expect(list.render()).toMatch(/^app-1, app-2, .*, app-10 and 2 more$/);
});
