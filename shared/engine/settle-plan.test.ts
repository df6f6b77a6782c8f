import { expect, test } from 'vitest';
import { alternativesOf, type Candidate, settlePlan } from './settle-plan.ts';

interface Sketch {
  provides?: string[];
  requires?: string[];
  optional?: boolean;
  or?: Omit<Sketch, 'or' | 'optional'>[];
}

function candidate(id: string, { provides = [], requires = [], optional = false, or = [] }: Sketch): Candidate {
  const plan = (names: Omit<Sketch, 'or' | 'optional'>) => ({
    provides: names.provides ?? [],
    requires: (names.requires ?? []).map((name) => ({ name, metadata: {} })),
  });
  return { id, version: '1.0.0', optional, plans: [plan({ provides, requires }), ...or.map(plan)] };
}

function groupOf(candidates: Candidate[]): string[] | string {
  const settlement = settlePlan(candidates);
  return 'settled' in settlement ? settlement.settled.group.map(({ id }) => id) : settlement.refused;
}

test.each<{ title: string; candidates: Candidate[]; group: string[] | string }>([
  { title: 'one that asks for nothing', candidates: [candidate('a', {})], group: ['a'] },
  {
    title: 'one that meets its own need',
    candidates: [candidate('a', { provides: ['x'], requires: ['x'] })],
    group: ['a'],
  },
  {
    title: 'a need met by an earlier one',
    candidates: [candidate('a', { provides: ['x'] }), candidate('b', { requires: ['x'] })],
    group: ['a', 'b'],
  },
  {
    title: 'a need met only by a later one',
    candidates: [candidate('a', { requires: ['x'] }), candidate('b', { provides: ['x'] })],
    group: 'a requires "x", which nothing provides',
  },
  {
    title: 'something that nobody wants',
    candidates: [candidate('a', { provides: ['x'] }), candidate('b', {})],
    group: 'a provides "x", which nothing requires',
  },
  {
    title: 'an optional one that nobody wants',
    candidates: [candidate('a', { provides: ['x'], optional: true }), candidate('b', {})],
    group: ['b'],
  },
  {
    title: 'optional ones that fall one after the other',
    candidates: [
      candidate('a', { provides: ['x'], optional: true }),
      candidate('b', { requires: ['x', 'y'], optional: true }),
      candidate('c', {}),
    ],
    group: ['c'],
  },
  {
    title: 'a second alternative',
    candidates: [candidate('a', { provides: ['x'], or: [{ provides: ['y'] }] }), candidate('b', { requires: ['y'] })],
    group: ['a', 'b'],
  },
  {
    title: 'an optional one with a last alternative that does not fit',
    candidates: [candidate('a', { provides: ['x'], optional: true, or: [{ provides: ['y'] }] }), candidate('b', {})],
    group: ['b'],
  },
  {
    title: 'only optional ones, none of which fits',
    candidates: [candidate('a', { provides: ['x'], optional: true })],
    group: 'a provides "x", which nothing requires',
  },
])('settles $title', ({ candidates, group }) => {
  expect(groupOf(candidates)).toEqual(group);
});

test('gathers providers and requires by name, in the order of the group', () => {
  const settlement = settlePlan([
    candidate('a', { provides: ['x'] }),
    candidate('b', { provides: ['x', 'y'], requires: ['x'] }),
    candidate('c', { requires: ['y', 'x'] }),
  ]);
  expect('settled' in settlement && settlement.settled.entries).toEqual([
    {
      name: 'x',
      providers: [
        { id: 'a', version: '1.0.0' },
        { id: 'b', version: '1.0.0' },
      ],
      requires: [
        { name: 'x', metadata: {} },
        { name: 'x', metadata: {} },
      ],
    },
    { name: 'y', providers: [{ id: 'b', version: '1.0.0' }], requires: [{ name: 'y', metadata: {} }] },
  ]);
});

test('says why an optional member has no part', () => {
  const settlement = settlePlan([candidate('a', { provides: ['x'], optional: true }), candidate('b', {})]);
  expect('settled' in settlement && settlement.settled.dropped).toEqual([
    { id: 'a', reason: 'a provides "x", which nothing requires' },
  ]);
});

test('takes the plan itself as the first alternative', () => {
  const sections = (name: string) => ({ provides: [{ name }], requires: [{ name, metadata: { a: 1 } }] });
  expect(alternativesOf({ ...sections('x'), or: [sections('y')] })).toEqual([
    { provides: ['x'], requires: [{ name: 'x', metadata: { a: 1 } }] },
    { provides: ['y'], requires: [{ name: 'y', metadata: { a: 1 } }] },
  ]);
});
