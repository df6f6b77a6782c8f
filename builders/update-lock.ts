import { rename, writeFile } from 'node:fs/promises';
import {
  ARCHITECTURES,
  type DebianArchitecture,
  type DebianArchive,
  type DebianPackage,
  DISTRIBUTION,
  isOfSecurityArchive,
  type LockedPackage,
  readFixes,
  refuseOlderIndex,
  renderPackageLock,
  resolveClosure,
} from '@dema/debian';
import { findSystemReason } from '@dema/errors';
import { findBaseLock } from './base-lock.ts';
import { baseLockUnwritable, packagesRemoved } from './faults.ts';

export interface UpdateLockOptions {
  archive: DebianArchive;
  /** Moves only packages that mend vulnerabilities, with all others of the same source, and leaves the rest as it is. */
  security?: boolean;
  /** Takes packages away that the lock has, though something may stand on them. */
  allowRemoval?: boolean;
}

/** A lock and the packages that it is about. */
export interface LockTarget {
  lockFile: string;
  packages: string[];
  exclude: string[];
}

/** What became of a package; `before` is undefined for one that is new, `after` for one that is gone. */
export interface LockChange {
  name: string;
  architectures: DebianArchitecture[];
  before?: string;
  after?: string;
  /** Vulnerabilities that it mends, as far as its changelog says. */
  fixes: string[];
}

type Packages = Record<DebianArchitecture, LockedPackage[]>;

/** What a lock is to become. */
export interface LockPlan {
  changes: LockChange[];
  write(): Promise<void>;
}

/**
 * A lock with the newest state of the archive; a state in which the same packages are the newest changes nothing. Faults:
 * DEBIAN_INDEX_OLDER when the mirror is behind the lock, BUILDER_PACKAGES_REMOVED; of writing it, BUILDER_LOCK_UNWRITABLE.
 */
export async function planLock(target: LockTarget, options: UpdateLockOptions): Promise<LockPlan> {
  const { archive, security = false, allowRemoval = false } = options;
  const { lockFile, packages, exclude } = target;
  const before = await findBaseLock(target);
  const newest: Packages = { amd64: [], arm64: [] };
  const fixes = new Map<string, string[]>();
  let date = '';
  for (const architecture of ARCHITECTURES) {
    const index = await archive.packages(architecture);
    if (before) refuseOlderIndex(index, new Date(before.date));
    date = index.date.toISOString();
    const locked = before?.architectures[architecture] ?? [];
    const closure = resolveClosure(index, packages, { exclude });
    await addFixes(fixes, archive, changed(locked, closure));
    newest[architecture] = security ? keepOthers(locked, closure, fixes) : closure;
  }
  const changes = describeChanges(before?.architectures ?? { amd64: [], arm64: [] }, newest, fixes);
  const removed = changes.filter(({ after }) => after === undefined);
  if (removed.length > 0 && !allowRemoval)
    throw packagesRemoved(
      lockFile,
      removed.map(({ name }) => name),
    );
  // What is for security alone leaves the rest as it was made, so the lock stays one of the list that it was made of.
  const wanted = before && security ? before.wanted : { packages: [...packages].sort(), exclude: [...exclude].sort() };
  const text = renderPackageLock({
    distribution: DISTRIBUTION,
    // The date goes into images: while nothing changes it does not either.
    date: before && changes.length === 0 ? before.date : date,
    wanted,
    architectures: newest,
  });
  const isSame = before !== undefined && renderPackageLock(before) === text;
  return { changes, write: () => (isSame ? Promise.resolve() : replaceFile(lockFile, text)) };
}

async function replaceFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  } catch (error) {
    const reason = findSystemReason(error);
    throw reason === undefined ? error : baseLockUnwritable(file, reason);
  }
}

interface Replaced {
  before: LockedPackage;
  after: DebianPackage;
}

function changed(locked: LockedPackage[], closure: DebianPackage[]): Replaced[] {
  const byName = new Map(locked.map((pkg) => [pkg.name, pkg]));
  return closure.flatMap((after) => {
    const before = byName.get(after.name);
    return before && before.version !== after.version ? [{ before, after }] : [];
  });
}

/** Changelogs of all architectures say the same, so each package is read once. */
async function addFixes(fixes: Map<string, string[]>, archive: DebianArchive, replaced: Replaced[]): Promise<void> {
  for (const { before, after } of replaced.filter((one) => !fixes.has(one.after.name))) {
    fixes.set(after.name, await readFixes(await archive.fetch(after), before.version));
  }
}

/** The lock with what is for security replaced: from the security archive, or named so by the changelog. */
function keepOthers(locked: LockedPackage[], closure: DebianPackage[], fixes: Map<string, string[]>): LockedPackage[] {
  const isForSecurity = (pkg: DebianPackage) => isOfSecurityArchive(pkg) || (fixes.get(pkg.name) ?? []).length > 0;
  const moving = changed(locked, closure).filter(({ after }) => isForSecurity(after));
  const sources = new Set(moving.map(({ after }) => sourceOf(after)));
  const kept = new Map(locked.map((pkg) => [pkg.name, pkg]));
  if (sources.size === 0) return locked;
  for (const pkg of closure) if (!kept.has(pkg.name) || sources.has(sourceOf(pkg))) kept.set(pkg.name, pkg);
  return [...kept.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Packages of one source want each other in the same version. */
function sourceOf({ source, name }: DebianPackage): string {
  return source.split(' ')[0] || name;
}

function describeChanges(before: Packages, after: Packages, fixes: Map<string, string[]>): LockChange[] {
  const changes = new Map<string, LockChange>();
  for (const architecture of ARCHITECTURES) {
    const [old, now] = [before, after].map((all) => new Map(all[architecture].map((pkg) => [pkg.name, pkg.version])));
    for (const name of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      const [from, to] = [old?.get(name), now?.get(name)];
      if (from === to) continue;
      const key = `${name} ${from} ${to}`;
      const change = changes.get(key) ?? {
        name,
        architectures: [],
        before: from,
        after: to,
        fixes: fixes.get(name) ?? [],
      };
      changes.set(key, { ...change, architectures: [...change.architectures, architecture] });
    }
  }
  return [...changes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
