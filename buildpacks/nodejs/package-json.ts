import type { FolderView } from '@dema/buildpack';
import { packageJsonFieldInvalid, packageJsonInvalid } from './faults.ts';

/** The fields of package.json that a build looks at. */
export interface PackageJson {
  enginesNode?: string;
  main?: string;
  scripts: Record<string, string>;
  /** Whether it names any package to install, of whatever kind. */
  hasDependencies: boolean;
  devDependencies: string[];
  /** Whether some of its packages stand in folders of the app: workspaces, or dependencies on a path. */
  hasLocalPackages: boolean;
  /** The package manager that it names, by the name of its command, and the field that does. */
  packageManager?: { name: string; source: 'packageManager' | 'devEngines.packageManager' };
}

const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'workspaces'];

/** Undefined without a package.json. Faults NODEJS_PACKAGE_JSON_INVALID and NODEJS_PACKAGE_JSON_FIELD_INVALID. */
export async function readPackageJson(folder: FolderView): Promise<PackageJson | undefined> {
  const file = 'package.json';
  const json = await folder.readJson(file, (position, problem) => packageJsonInvalid(file, position, problem));
  if (json === undefined) return undefined;
  const manifest = asRecord(json) ?? {};
  return {
    enginesNode: readString(readRecord(manifest, 'engines'), 'node', 'engines.node'),
    main: readString(manifest, 'main', 'main'),
    scripts: readStrings(readRecord(manifest, 'scripts'), 'scripts'),
    hasDependencies: DEPENDENCY_FIELDS.some((field) => Object.keys(asRecord(manifest[field]) ?? {}).length > 0),
    devDependencies: Object.keys(readRecord(manifest, 'devDependencies')),
    hasLocalPackages: hasLocalPackages(manifest),
    packageManager: findPackageManager(manifest),
  };
}

/** `yarn@4.5.0+sha224.…` as Corepack reads it, or the first that devEngines names. */
function findPackageManager(manifest: Record<string, unknown>): PackageJson['packageManager'] {
  const { packageManager, devEngines } = manifest;
  const named = typeof packageManager === 'string' ? /^[a-z]+/.exec(packageManager)?.[0] : undefined;
  if (named) return { name: named, source: 'packageManager' };
  const [engine] = [asRecord(devEngines)?.packageManager].flat();
  const name = asRecord(engine)?.name;
  return typeof name === 'string' && name !== '' ? { name, source: 'devEngines.packageManager' } : undefined;
}

function hasLocalPackages(manifest: Record<string, unknown>): boolean {
  if (Object.keys(asRecord(manifest.workspaces) ?? {}).length > 0) return true;
  const versions = DEPENDENCY_FIELDS.flatMap((field) => Object.values(asRecord(manifest[field]) ?? {}));
  return versions.some(
    (version) => typeof version === 'string' && /^(file|link|workspace):|^(\.{1,2}|~)?\//.test(version),
  );
}

function readRecord(record: Record<string, unknown>, field: string): Record<string, unknown> {
  const value = record[field];
  if (value === undefined || value === null || Array.isArray(value)) return {};
  const found = asRecord(value);
  if (!found) throw packageJsonFieldInvalid('package.json', field, 'an object');
  return found;
}

function readString(record: Record<string, unknown>, field: string, name: string): string | undefined {
  const value = record[field];
  if (value === undefined || typeof value === 'string') return value || undefined;
  throw packageJsonFieldInvalid('package.json', name, 'a text');
}

function readStrings(record: Record<string, unknown>, name: string): Record<string, string> {
  const entries = Object.entries(record).map(([key, value]) => {
    if (typeof value !== 'string') throw packageJsonFieldInvalid('package.json', `${name}.${key}`, 'a text');
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
