import { semverOrder, type VersionOrder } from '@dema/versions';
import type { Architecture, Dependency } from './dependency.ts';
import { rangeInvalid, versionUnsatisfiable } from './faults.ts';

const DEFAULT = 'the default';

/** A version or range that somebody asked for. */
export interface Want {
  /** Where it is written, as a person would say it: `BP_NODE_VERSION`, `package.json engines.node`. */
  source: string;
  range: string;
}

export interface ResolveOptions {
  architecture: Architecture;
  /** How versions are compared; semantic versions without it. */
  order?: VersionOrder;
  /** The range when nobody asked for anything; any version without it. */
  defaultRange?: string;
}

/** A want with what it would give if it were alone. */
export interface Candidate extends Want {
  /** None when nothing satisfies it. */
  version?: string;
}

export interface Resolution {
  dependency: Dependency;
  /** The want that decided; its source is `the default` when there was none. */
  winner: Want;
  /** All wants, by precedence, the winner first, and the default, where there is one, last. */
  candidates: Candidate[];
  /** Versions that there are for the architecture, newest first. */
  available: string[];
  /** A sentence without its full stop: `24.21.0, newest of "^24" from package.json engines.node`. */
  reason: string;
}

/** The newest version that satisfies the first of the wants. Later wants are reported, not combined. */
export function resolveDependency(
  inventory: Dependency[],
  id: string,
  wants: Want[],
  { architecture, order = semverOrder, defaultRange = '*' }: ResolveOptions,
): Resolution {
  const known = inventory.filter((dependency) => dependency.id === id);
  const [first] = known;
  if (!first) throw new Error(`no dependency "${id}" in the inventory`);
  const winner = wants[0] ?? { source: DEFAULT, range: defaultRange };
  if (!order.isRange(winner.range)) throw rangeInvalid({ id, ...winner });
  const fitting = known.filter((dependency) => (dependency.architecture ?? architecture) === architecture);
  const version = order.highest(versionsOf(fitting), winner.range);
  const dependency = fitting.find((candidate) => candidate.version === version);
  if (!dependency) {
    const others = known.filter((candidate) => !fitting.includes(candidate));
    throw versionUnsatisfiable({
      id,
      name: first.name,
      architecture,
      ...winner,
      suggestion: order.highest(versionsOf(fitting), defaultRange) && defaultRange !== '*' ? defaultRange : undefined,
      available: newestFirst(versionsOf(fitting), order),
      elsewhere: newestFirst(versionsOf(others), order).filter((other) => order.satisfies(other, winner.range)),
    });
  }
  const available = newestFirst(versionsOf(fitting), order);
  const candidates = listCandidates(available, wants, { order, defaultRange });
  return { dependency, winner, candidates, available, reason: reasonOf(dependency, winner) };
}

function listCandidates(
  available: string[],
  wants: Want[],
  { order, defaultRange }: Required<Pick<ResolveOptions, 'order' | 'defaultRange'>>,
): Candidate[] {
  const all = defaultRange === '*' ? wants : [...wants, { source: DEFAULT, range: defaultRange }];
  return all.map((want) => ({ ...want, version: order.highest(available, want.range) }));
}

/** Whether a range names one version: `22.3.0`, `v22.3.0`, `=22.3.0`. Gives it. */
export function findExactVersion(range: string, order: VersionOrder = semverOrder): string | undefined {
  const version = range.trim().replace(/^[=v\s]+/, '');
  return order.isVersion(version) ? version : undefined;
}

function reasonOf({ version }: Dependency, { source, range }: Want): string {
  const choice = version === range.replace(/^[=v\s]+/, '') ? 'asked for' : `newest of "${range}"`;
  if (source === DEFAULT) return `${version}, ${choice}, the default`;
  return choice === 'asked for' ? `${version}, asked for by ${source}` : `${version}, ${choice} from ${source}`;
}

function versionsOf(dependencies: Dependency[]): string[] {
  return [...new Set(dependencies.map(({ version }) => version))];
}

function newestFirst(versions: string[], order: VersionOrder): string[] {
  return versions.sort((a, b) => order.compare(b, a));
}
