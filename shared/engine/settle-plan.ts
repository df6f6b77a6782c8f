import type { BuildPlan } from '@dema/spec';

/** A member of a group that said yes. `plans` are its alternatives: the plan itself, then each `[[or]]`. */
export interface Candidate {
  id: string;
  version: string;
  optional: boolean;
  plans: Alternative[];
}

export interface Alternative {
  provides: string[];
  requires: { name: string; metadata: Record<string, unknown> }[];
}

/** One name of the settled plan (`plan.toml`, Platform specification). */
export interface SettledEntry {
  name: string;
  providers: { id: string; version: string }[];
  requires: { name: string; metadata: Record<string, unknown> }[];
}

export interface SettledPlan {
  group: { id: string; version: string }[];
  entries: SettledEntry[];
  /** Members that said yes but had no part in the plan, with the reason. */
  dropped: { id: string; reason: string }[];
}

export type Settlement = { settled: SettledPlan } | { refused: string };

interface Element {
  id: string;
  version: string;
  optional: boolean;
  plan: Alternative;
}

export function alternativesOf(plan: BuildPlan): Alternative[] {
  return [plan, ...plan.or].map(({ provides, requires }) => ({
    provides: provides.map(({ name }) => name),
    requires: requires.map(({ name, metadata }) => ({ name, metadata })),
  }));
}

/**
 * Finds the first combination of alternatives in which everything required is provided by an earlier or the same
 * member, and everything provided is required by a later or the same one (Buildpack specification, "Phase 1: Detection").
 * Combinations are tried depth first, an optional member stays optional only in its last alternative, as the lifecycle does.
 */
export function settlePlan(candidates: Candidate[]): Settlement {
  let firstRefusal: string | undefined;
  for (const elements of combinations(candidates)) {
    const settlement = tryElements(elements);
    if ('settled' in settlement) return settlement;
    firstRefusal ??= settlement.refused;
  }
  return { refused: firstRefusal ?? 'no buildpack takes part' };
}

function* combinations(candidates: Candidate[], chosen: Element[] = []): Generator<Element[]> {
  const candidate = candidates[chosen.length];
  if (candidate === undefined) {
    yield chosen;
    return;
  }
  const { id, version, optional, plans } = candidate;
  for (const [index, plan] of plans.entries()) {
    const isLast = index === plans.length - 1;
    yield* combinations(candidates, [...chosen, { id, version, optional: optional && isLast, plan }]);
  }
}

function tryElements(all: Element[]): Settlement {
  const dropped: SettledPlan['dropped'] = [];
  let elements = all;
  for (;;) {
    const misfit = findUnprovided(elements) ?? findUnrequired(elements);
    if (misfit === undefined) break;
    if (!misfit.element.optional) return { refused: misfit.reason };
    dropped.push({ id: misfit.element.id, reason: misfit.reason });
    elements = elements.filter((element) => element !== misfit.element);
  }
  if (elements.length === 0) return { refused: dropped[0]?.reason ?? 'no buildpack takes part' };
  const group = elements.map(({ id, version }) => ({ id, version }));
  return { settled: { group, entries: entriesOf(elements), dropped } };
}

interface Misfit {
  element: Element;
  reason: string;
}

function findUnprovided(elements: Element[]): Misfit | undefined {
  const provided = new Set<string>();
  for (const element of elements) {
    for (const name of element.plan.provides) provided.add(name);
    const missing = element.plan.requires.find(({ name }) => !provided.has(name));
    if (missing) return { element, reason: `${element.id} requires "${missing.name}", which nothing provides` };
  }
  return undefined;
}

function findUnrequired(elements: Element[]): Misfit | undefined {
  const required = new Set<string>();
  for (const element of elements.toReversed()) {
    for (const { name } of element.plan.requires) required.add(name);
    const unused = element.plan.provides.find((name) => !required.has(name));
    if (unused) return { element, reason: `${element.id} provides "${unused}", which nothing requires` };
  }
  return undefined;
}

function entriesOf(elements: Element[]): SettledEntry[] {
  const entries = new Map<string, SettledEntry>();
  function entry(name: string): SettledEntry {
    const found = entries.get(name) ?? { name, providers: [], requires: [] };
    entries.set(name, found);
    return found;
  }
  for (const { id, version, plan } of elements) {
    for (const name of plan.provides) entry(name).providers.push({ id, version });
    for (const require of plan.requires) entry(require.name).requires.push(require);
  }
  return [...entries.values()];
}
