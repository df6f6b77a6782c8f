import type { DebianPackage } from './debian-package.ts';
import { debianDependencyUnsatisfied, debianPackageUnknown } from './faults.ts';
import type { PackageIndex } from './package-index.ts';
import { isSatisfiedBy, parseRelations, type Relation } from './relations.ts';

export interface ClosureOptions {
  /** Names that count as there and are left out, with what only they need. */
  exclude?: string[];
}

/**
 * The newest version of each named package and of all that they need by Depends and Pre-Depends, ordered by name.
 * Of alternatives, one that is chosen already wins, else the first that the archive can satisfy; a virtual package is
 * satisfied by the provider whose name comes first. The order in which packages are named makes no difference.
 */
export function resolveClosure(
  index: PackageIndex,
  names: string[],
  { exclude = [] }: ClosureOptions = {},
): DebianPackage[] {
  const chosen = new Map<string, DebianPackage>();
  const excluded = new Set(exclude);
  for (const name of [...new Set(names)].sort()) {
    const [newest] = index.find(name);
    if (!newest) throw debianPackageUnknown(name, index.architecture);
    chosen.set(name, newest);
  }
  const waiting = [...chosen.values()];
  for (let pkg = waiting.shift(); pkg; pkg = waiting.shift()) {
    for (const clause of [...parseRelations(pkg.preDepends), ...parseRelations(pkg.depends)]) {
      if (clause.some(({ name }) => excluded.has(name)) || clause.some((relation) => isChosen(relation, chosen)))
        continue;
      const added = findCandidate(index, clause, excluded);
      if (!added) throw debianDependencyUnsatisfied(`${pkg.name} ${pkg.version}`, renderClause(clause));
      chosen.set(added.name, added);
      waiting.push(added);
    }
  }
  return [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isChosen({ name, constraint }: Relation, chosen: Map<string, DebianPackage>): boolean {
  const pkg = chosen.get(name);
  if (pkg && isSatisfiedBy(constraint, pkg.version)) return true;
  return [...chosen.values()].some(
    ({ provides }) => provides.includes(name) && isProvided(provides, { name, constraint }),
  );
}

function isProvided(provides: string, { name, constraint }: Relation): boolean {
  return parseRelations(provides).some(([provided]) => {
    if (provided?.name !== name) return false;
    return constraint
      ? provided.constraint !== undefined && isSatisfiedBy(constraint, provided.constraint.version)
      : true;
  });
}

function findCandidate(index: PackageIndex, clause: Relation[], excluded: Set<string>): DebianPackage | undefined {
  for (const relation of clause) {
    const [newest] = index.find(relation.name);
    if (newest && isSatisfiedBy(relation.constraint, newest.version)) return newest;
    const provider = index.providers(relation).find(({ name }) => !excluded.has(name));
    if (provider) return provider;
  }
  return undefined;
}

function renderClause(clause: Relation[]): string {
  return clause
    .map(({ name, constraint }) => (constraint ? `${name} (${constraint.operator} ${constraint.version})` : name))
    .join(' | ');
}
