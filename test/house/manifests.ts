import type { Repository } from './repository.ts';
import type { Finding, Rule } from './rule.ts';

interface Manifest {
  path: string;
  fields: Record<string, unknown>;
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const ORDER = [
  'name',
  'version',
  'private',
  'description',
  'license',
  'type',
  'packageManager',
  'exports',
  'bin',
  'engines',
  'files',
  'workspaces',
  'scripts',
  ...KINDS,
];
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** All manifests say the same things in the same order, and pin what they depend on. */
export const manifests: Rule = {
  name: 'manifests',
  find(repository) {
    const all = readManifests(repository);
    const version = all.find(({ path }) => path === 'scripts/package.json')?.fields.version;
    return [...all.flatMap((manifest) => judge(manifest, version)), ...findDisagreements(all)];
  },
};

/** The manifests of the root and of the workspace packages, not those of sample apps. */
export function readManifests(repository: Repository): Manifest[] {
  const paths = [...repository.keys()].filter((path) =>
    /^((shared|buildpacks)\/[^/]+\/|(builders|scripts|test)\/)?package\.json$/.test(path),
  );
  return paths.map((path) => ({ path, fields: JSON.parse(repository.get(path) ?? '{}') }));
}

/** Name and version of everything that a manifest depends on. */
export function listDependencies({ fields }: Manifest): [name: string, version: string][] {
  return KINDS.flatMap((kind) => Object.entries((fields[kind] as Record<string, string>) ?? {}));
}

function judge(manifest: Manifest, version: unknown): Finding[] {
  const { path, fields } = manifest;
  const problems = [
    ...Object.entries(expectedFields(path, version)).map(([name, value]) =>
      fields[name] === value ? '' : `\`${name}\` must be ${JSON.stringify(value)}.`,
    ),
    ...findDisorder(fields),
    ...listDependencies(manifest).map(([name, pin]) =>
      EXACT.test(pin) ? '' : `\`${name}\` must be pinned to one version, not "${pin}".`,
    ),
    ...KINDS.map((kind) =>
      isSorted(Object.keys(fields[kind] ?? {})) ? '' : `\`${kind}\` must be in the order of names.`,
    ),
  ];
  return problems.filter(Boolean).map((problem) => ({ path, problem }));
}

/** Values that a manifest at this path must have. */
function expectedFields(path: string, version: unknown): Record<string, unknown> {
  const everywhere = { license: 'Apache-2.0', type: 'module' };
  if (path === 'package.json') return { ...everywhere, private: true };
  if (path === 'scripts/package.json') return { ...everywhere, name: 'dema', private: undefined };
  const name = `@dema/${path.split('/').at(-2)}`;
  return {
    ...everywhere,
    name,
    version,
    private: true,
    ...(path === 'test/package.json' ? {} : { exports: './index.ts' }),
  };
}

function findDisorder(fields: Record<string, unknown>): string[] {
  const names = Object.keys(fields);
  const unknown = names
    .filter((name) => !ORDER.includes(name))
    .map((name) => `\`${name}\` is not a field that manifests have here.`);
  const places = names.map((name) => ORDER.indexOf(name)).filter((place) => place >= 0);
  const sorted = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  return sorted ? unknown : [...unknown, `Fields must stand in this order: ${ORDER.join(', ')}.`];
}

function isSorted(names: string[]): boolean {
  return names.every((name, index) => index === 0 || name > (names[index - 1] ?? ''));
}

function findDisagreements(all: Manifest[]): Finding[] {
  const first = new Map<string, string>();
  return all.flatMap((manifest) =>
    listDependencies(manifest).flatMap(([name, version]) => {
      const known = first.get(name) ?? version;
      first.set(name, known);
      return known === version
        ? []
        : [{ path: manifest.path, problem: `\`${name}\` is ${version} here and ${known} elsewhere.` }];
    }),
  );
}
