import { debianOrder } from '@dema/versions';

/** One alternative of a clause: `name`, `name (>= 1.2)`, `name:any`. */
export interface Relation {
  name: string;
  constraint?: VersionConstraint;
}

export interface VersionConstraint {
  operator: '<<' | '<=' | '=' | '>=' | '>>';
  version: string;
}

const RELATION = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>)\s*([^\s)]+)\s*\))?$/;

/** A field such as Depends: clauses that must all hold, each with alternatives of which one must. Debian Policy 7.1. What is no relation is left out. */
export function parseRelations(field: string): Relation[][] {
  return splitTrimmed(field, ',').map((clause) => splitTrimmed(clause, '|').flatMap(parseRelation));
}

function parseRelation(text: string): Relation[] {
  const [, name, operator, version] = RELATION.exec(text) ?? [];
  if (name === undefined) return [];
  if (operator === undefined || version === undefined) return [{ name }];
  if (!debianOrder.isVersion(version)) return [];
  return [{ name, constraint: { operator: operator as VersionConstraint['operator'], version } }];
}

export function isSatisfiedBy(constraint: VersionConstraint | undefined, version: string): boolean {
  if (!constraint) return true;
  const order = debianOrder.compare(version, constraint.version);
  const holds = { '<<': order < 0, '<=': order <= 0, '=': order === 0, '>=': order >= 0, '>>': order > 0 };
  return holds[constraint.operator];
}

function splitTrimmed(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
