import { dirname } from 'node:path';
import { type DebianArchitecture, type DebianArchive, type LockedPackage, readFixes } from '@dema/debian';
import { isFault } from '@dema/errors';
import type { Packages } from '@dema/spec';
import { debianOrder } from '@dema/versions';
import type { PackageChange } from '../rebase/package-changes.ts';

/** A change of a package of which somebody has looked what it mends. */
export type MendedChange = PackageChange & { fixes: string[] };

/** Said by the operator: the package mends the advisories from this version on. */
export interface KnownFix {
  name: string;
  version: string;
}

export interface FixFinder {
  /** In the order of the changes; what nothing is known of has no advisories. */
  find(changes: readonly PackageChange[]): Promise<MendedChange[]>;
  /** Advisories that the packages of an image mend, whatever they were before. */
  findAll(packages: Packages): Promise<string[]>;
  /** Packages that are new or changed, and of which the changelog could not be read. */
  unread: Set<string>;
}

export interface FixFinderOptions {
  archive: DebianArchive;
  /** Changelogs are the same for all; this one's packages are read. */
  architecture: DebianArchitecture;
  /** Those that the new run image is made of, where that is known. */
  locked: readonly LockedPackage[];
  known: readonly KnownFix[];
  advisories: readonly string[];
}

/** What changes mend, by the changelogs of the new packages (`CVE-2026-1234`), each read once, and by what the operator says. */
export function createFixFinder(options: FixFinderOptions): FixFinder {
  const found = new Map<string, Promise<MendedChange[]>>();
  const unread = new Set<string>();
  return {
    unread,
    find(changes) {
      const key = JSON.stringify(changes);
      const known = found.get(key);
      if (known) return known;
      const fresh = findFixes(changes, options, unread);
      found.set(key, fresh);
      return fresh;
    },
    findAll: (packages) => findAllFixes(packages, options),
  };
}

async function findFixes(
  changes: readonly PackageChange[],
  options: FixFinderOptions,
  unread: Set<string>,
): Promise<MendedChange[]> {
  const mended: (MendedChange & { source: string })[] = [];
  for (const change of changes) {
    const { name, before, after } = change;
    const said = saidFixes(change, options);
    const pkg = said.length > 0 || after === undefined ? undefined : await findPackage(name, after, options);
    if (after !== undefined && pkg === undefined && said.length === 0) unread.add(`${name} ${after}`);
    const read = pkg && before ? await readFixes(await options.archive.fetch(pkg), before) : [];
    mended.push({ ...change, fixes: [...said, ...read], source: pkg ? dirname(pkg.filename) : name });
  }
  // Packages of one source are built together, and one of them may have the changelog for all.
  return mended.map(({ source, ...change }) => {
    const together = mended.filter((other) => other.source === source && other.after === change.after);
    return { ...change, fixes: [...new Set(together.flatMap(({ fixes }) => fixes))] };
  });
}

function saidFixes({ name, before, after }: PackageChange, { known, advisories }: FixFinderOptions): readonly string[] {
  if (before === undefined || after === undefined) return [];
  const isSaid = known.some(
    (fix) =>
      fix.name === name && debianOrder.compare(before, fix.version) < 0 && debianOrder.compare(after, fix.version) >= 0,
  );
  return isSaid ? advisories : [];
}

/** Older than every version of a package. */
const NEVER = '0~';

/** Changelogs are read until all advisories that are looked for are found. */
async function findAllFixes(packages: Packages, options: FixFinderOptions): Promise<string[]> {
  const { known, advisories, archive } = options;
  const isThere = ({ name, version }: KnownFix) => debianOrder.compare(packages.get(name) ?? NEVER, version) >= 0;
  if (known.some(isThere)) return [...advisories];
  const found = new Set<string>();
  for (const [name, version] of packages) {
    if (advisories.every((advisory) => found.has(advisory))) break;
    const pkg = await findPackage(name, version, options);
    if (pkg) for (const fix of await readFixes(await archive.fetch(pkg), NEVER)) found.add(fix);
  }
  return [...found];
}

/**
 * The package file of a version. The archive is asked only for what the lock does not have, and where an advisory is looked for;
 * undefined when neither has it, or no archive can be asked.
 */
async function findPackage(
  name: string,
  version: string,
  { archive, architecture, locked, advisories }: FixFinderOptions,
): Promise<LockedPackage | undefined> {
  const isIt = (pkg: LockedPackage) => pkg.name === name && pkg.version === version;
  const ofLock = locked.find(isIt);
  if (ofLock || advisories.length === 0) return ofLock;
  try {
    return (await archive.packages(architecture)).find(name).find(isIt);
  } catch (error) {
    if (!isFault(error)) throw error;
    return undefined;
  }
}
