import { debianOrder } from '@dema/versions';
import { parseParagraphs } from './control.ts';
import type { DebianPackage } from './debian-package.ts';
import { isSatisfiedBy, parseRelations, type Relation } from './relations.ts';

/** Every package that one architecture can have, of all suites together. */
export interface PackageIndex {
  architecture: string;
  /** When the newest of the suites was signed. */
  date: Date;
  /** Versions of a package, newest first; empty when there is none of that name. */
  find(name: string): DebianPackage[];
  /** Newest version of each package that provides a (virtual) name as the relation wants it, by priority and name. */
  providers(relation: Relation): DebianPackage[];
}

const COLUMNS = [
  'name',
  'version',
  'architecture',
  'filename',
  'size',
  'sha256',
  'source',
  'priority',
  'preDepends',
  'depends',
  'provides',
] as const;

/** The packages of a `Packages` file. One without a name, a version, a file or a checksum is left out. */
export function parsePackages(text: string): DebianPackage[] {
  const packages: DebianPackage[] = [];
  for (const fields of parseParagraphs(text)) {
    const get = (field: string): string => (fields.get(field) ?? '').replaceAll('\n', ' ');
    const sha256 = get('sha256');
    if (!/^[0-9a-f]{64}$/.test(sha256) || get('filename') === '') continue;
    if (get('package') === '' || !debianOrder.isVersion(get('version'))) continue;
    packages.push({
      name: get('package'),
      version: get('version'),
      architecture: get('architecture'),
      filename: get('filename'),
      size: Number(get('size')),
      sha256,
      source: get('source'),
      priority: get('priority'),
      preDepends: get('pre-depends'),
      depends: get('depends'),
      provides: get('provides'),
    });
  }
  return packages;
}

/** A third of the index and twenty times as fast to read: a line of column names, then one line a package, fields between tabs. */
export function renderCompact(packages: DebianPackage[]): string {
  const rows = packages.map((pkg) => COLUMNS.map((column) => pkg[column]).join('\t'));
  return [COLUMNS.join('\t'), ...rows].join('\n');
}

/** Undefined when the text was written with other columns. */
export function parseCompact(text: string): DebianPackage[] | undefined {
  const [head, ...rows] = text.split('\n');
  if (head !== COLUMNS.join('\t')) return undefined;
  return rows.map((row) => {
    const [name = '', version = '', architecture = '', filename = '', size = '', sha256 = '', ...rest] =
      row.split('\t');
    const [source = '', priority = '', preDepends = '', depends = '', provides = ''] = rest;
    const locked = { name, version, architecture, filename, size: Number(size), sha256 };
    return { ...locked, source, priority, preDepends, depends, provides };
  });
}

export function createPackageIndex(architecture: string, date: Date, packages: DebianPackage[]): PackageIndex {
  const byName = Map.groupBy(packages, ({ name }) => name);
  for (const versions of byName.values()) versions.sort((a, b) => debianOrder.compare(b.version, a.version));
  let byProvided: Map<string, Provider[]> | undefined;
  return {
    architecture,
    date,
    find: (name) => byName.get(name) ?? [],
    providers({ name, constraint }) {
      byProvided ??= groupProviders(byName);
      return (byProvided.get(name) ?? [])
        .filter(({ version }) => (version === undefined ? !constraint : isSatisfiedBy(constraint, version)))
        .map((provider) => provider.package);
    },
  };
}

interface Provider {
  package: DebianPackage;
  /** Of what is provided; without one only an unversioned relation is satisfied (Debian Policy 7.5). */
  version?: string;
}

function groupProviders(byName: Map<string, DebianPackage[]>): Map<string, Provider[]> {
  const byProvided = new Map<string, Provider[]>();
  const newestOnes = [...byName.values()].flatMap(([newest]) => (newest?.provides ? [newest] : []));
  for (const newest of newestOnes.sort(compareProviders)) {
    for (const [provided] of parseRelations(newest.provides)) {
      if (!provided) continue;
      const providers = byProvided.get(provided.name) ?? [];
      byProvided.set(provided.name, providers);
      providers.push({ package: newest, version: provided.constraint?.version });
    }
  }
  return byProvided;
}

function compareProviders(a: DebianPackage, b: DebianPackage): number {
  return rankOf(a.priority) - rankOf(b.priority) || (a.name < b.name ? -1 : 1);
}

const PRIORITIES = ['required', 'important', 'standard', 'optional'];

function rankOf(priority: string): number {
  const rank = PRIORITIES.indexOf(priority);
  return rank < 0 ? PRIORITIES.length : rank;
}
