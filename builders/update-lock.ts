import { readFile, rename, writeFile } from 'node:fs/promises';
import {
  ARCHITECTURES,
  type DebianArchitecture,
  type DebianArchive,
  type DebianPackage,
  DISTRIBUTION,
  isOfSecurityArchive,
  type LockedPackage,
  parsePackageLock,
  readFixes,
  refuseOlderIndex,
  renderPackageLock,
  resolveClosure,
} from '@dema/debian';
import { readPackageList } from './package-list.ts';

export interface UpdateLockOptions {
  archive: DebianArchive;
  /** Moves only packages that mend vulnerabilities, with all others of the same source, and leaves the rest as it is. */
  security?: boolean;
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

/**
 * Writes `<name>.lock.json` beside a `<name>.packages.json`, from the newest state of the archive, and tells what changed;
 * a state in which the same packages are the newest changes nothing. Fault: DEBIAN_INDEX_OLDER when the mirror is behind the lock.
 */
export async function updateLock(
  listFile: string,
  { archive, security = false }: UpdateLockOptions,
): Promise<LockChange[]> {
  const file = listFile.replace(/\.packages\.json$/, '.lock.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const before = text === undefined ? undefined : parsePackageLock(text, file);
  const { packages, exclude } = await readPackageList(listFile);
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
  if (before && changes.length === 0) return [];
  await writeFile(`${file}.new`, renderPackageLock({ distribution: DISTRIBUTION, date, architectures: newest }));
  await rename(`${file}.new`, file);
  return changes;
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
