import type { FolderView } from '@dema/buildpack';
import { packageJsonFieldInvalid, packageJsonInvalid, packageJsonNoObject } from './faults.ts';

/** The fields of package.json that a build looks at. */
export interface PackageJson {
  name?: string;
  version?: string;
  /** Values that its scripts find in their environment. */
  config: Record<string, string>;
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

/**
 * Undefined without a package.json. Faults NODEJS_PACKAGE_JSON_INVALID and NODEJS_PACKAGE_JSON_FIELD_INVALID.
 * @param file how faults name it
 */
export async function readPackageJson(folder: FolderView, file = 'package.json'): Promise<PackageJson | undefined> {
  const json = await folder.readJson('package.json', (position, problem) =>
    packageJsonInvalid(file, position, problem),
  );
  if (json === undefined) return undefined;
  const manifest = asRecord(json);
  if (!manifest || Array.isArray(json)) throw packageJsonNoObject(file);
  const read = readFields(file);
  return {
    name: asText(manifest.name),
    version: asText(manifest.version),
    config: readConfig(manifest.config),
    enginesNode: read.text(read.record(manifest, 'engines'), 'node', 'engines.node'),
    main: read.text(manifest, 'main', 'main'),
    scripts: read.texts(read.record(manifest, 'scripts'), 'scripts'),
    hasDependencies: DEPENDENCY_FIELDS.some((field) => Object.keys(asRecord(manifest[field]) ?? {}).length > 0),
    devDependencies: Object.keys(read.record(manifest, 'devDependencies')),
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

/** Fields that must have a kind, of the package.json of this name. */
function readFields(file: string) {
  function record(from: Record<string, unknown>, field: string): Record<string, unknown> {
    const value = from[field];
    if (value === undefined || value === null || Array.isArray(value)) return {};
    const found = asRecord(value);
    if (!found) throw packageJsonFieldInvalid(file, field, 'an object');
    return found;
  }
  function text(from: Record<string, unknown>, field: string, name: string): string | undefined {
    const value = from[field];
    if (value === undefined || typeof value === 'string') return value || undefined;
    throw packageJsonFieldInvalid(file, name, 'a text');
  }
  function texts(from: Record<string, unknown>, name: string): Record<string, string> {
    const entries = Object.entries(from).map(([key, value]) => {
      if (typeof value !== 'string') throw packageJsonFieldInvalid(file, `${name}.${key}`, 'a text');
      return [key, value];
    });
    return Object.fromEntries(entries);
  }
  return { record, text, texts };
}

function readConfig(config: unknown): Record<string, string> {
  const entries = Object.entries(asRecord(config) ?? {}).filter(([, value]) => typeof value !== 'object');
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
