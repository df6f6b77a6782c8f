import { alternativesOf, settlePlan } from '@dema/engine';
import type { PlanRequire } from '@dema/spec';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';

interface Sections {
  provides?: string[];
  requires?: { name: string; metadata?: Record<string, unknown> }[];
}

interface Member extends Sections {
  id: string;
  optional?: boolean;
  or?: Sections[];
}

interface PlanCase {
  members?: Member[];
  truthTable?: boolean;
}

/** A settled plan, entries by name, or the word of the lifecycle for none. */
type Settled =
  | 'refused'
  | { group: string[]; entries: { providers: string[]; requires: { name: string; metadata: unknown }[] }[] };

const cases = await readCases<PlanCase, unknown>('plan');

test.each(cases.filter(({ given }) => given.members))('plan: $name', ({ given, golden }) => {
  expect(settle(given.members ?? [])).toEqual(golden);
});

test.each(cases.filter(({ given }) => given.truthTable))('plan: $name', ({ golden }) => {
  const rows = Object.keys(golden as object).map((row) => {
    const settled = settle(row.split(', ').map(memberOf));
    return [row, settled === 'refused' ? settled : settled.group.join(' ')];
  });
  expect(rows).toHaveLength(512);
  expect(Object.fromEntries(rows)).toEqual(golden);
});

/** A member of the truth table: what it does with one name, and `?` when it is optional. */
function memberOf(role: string, index: number): Member {
  const provides = /^(provides|both)/.test(role) ? ['x'] : [];
  const requires = /^(requires|both)/.test(role) ? [{ name: 'x' }] : [];
  return { id: String(index + 1), optional: role.endsWith('?'), provides, requires };
}

function settle(members: Member[]): Settled {
  const settlement = settlePlan(
    members.map(({ id, optional = false, or = [], ...plan }) => ({
      id,
      version: '1',
      optional,
      plans: alternativesOf({ ...sectionsOf(plan), or: or.map(sectionsOf) }),
    })),
  );
  if ('refused' in settlement) return 'refused';
  const { group, entries } = settlement.settled;
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    group: group.map(({ id }) => id),
    entries: sorted.map(({ providers, requires }) => ({
      providers: providers.map(({ id }) => id),
      requires: requires.map(asJson),
    })),
  };
}

function sectionsOf({ provides = [], requires = [] }: Sections) {
  return {
    provides: provides.map((name) => ({ name })),
    requires: requires.map(({ name, metadata = {} }) => ({ name, metadata })),
  };
}

/** Go writes a map that nobody made as null. */
function asJson({ name, metadata }: PlanRequire): { name: string; metadata: unknown } {
  return { name, metadata: Object.keys(metadata).length ? metadata : null };
}
