import type { Packages } from '@dema/spec';

export interface PackageChange {
  name: string;
  /** Undefined for a package that is new. */
  before?: string;
  /** Undefined for a package that is gone. */
  after?: string;
  /** Vulnerabilities that it mends, as far as they are known. */
  fixes?: string[];
}

/** In the order of their names. */
export function diffPackages(before: Packages, after: Packages): PackageChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({ name, before: before.get(name), after: after.get(name) }));
}

/** Names of packages that are gone. */
export function namesOfLost(changes: readonly PackageChange[]): string[] {
  return changes.filter(({ after }) => after === undefined).map(({ name }) => name);
}

/** `libssl3t64 3.5.9-1 -> 3.5.9-2  CVE-2026-12345`. */
export function describeChange({ name, before, after, fixes = [] }: PackageChange): string {
  const change = `${name} ${before ?? '(new)'} -> ${after ?? '(gone)'}`;
  return [change, ...(fixes.length > 0 ? [fixes.join(', ')] : [])].join('  ');
}
