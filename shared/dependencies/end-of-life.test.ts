import { expect, test } from 'vitest';
import { describeEndOfLife } from './end-of-life.ts';

test.each([
  ['2026-03-30', undefined],
  [
    '2026-03-31',
    'Node.js 20.20.2 reaches its end of life on 2026-04-30; move to a newer line, which still gets security fixes',
  ],
  [
    '2026-04-29',
    'Node.js 20.20.2 reaches its end of life on 2026-04-30; move to a newer line, which still gets security fixes',
  ],
  [
    '2026-04-30',
    'Node.js 20.20.2 reached its end of life on 2026-04-30; move to a newer line, which still gets security fixes',
  ],
  [
    '2027-01-01',
    'Node.js 20.20.2 reached its end of life on 2026-04-30; move to a newer line, which still gets security fixes',
  ],
])('on %s: %s', (today, notice) => {
  const node = { name: 'Node.js', version: '20.20.2', endOfLife: '2026-04-30' };
  expect(describeEndOfLife(node, new Date(today))).toBe(notice);
});

test('nothing is said where nothing is known', () => {
  expect(describeEndOfLife({ name: 'npm', version: '11.0.0' }, new Date('2030-01-01'))).toBeUndefined();
});
