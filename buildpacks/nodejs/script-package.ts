import { basename, dirname, join } from 'node:path/posix';
import type { FolderView } from '@dema/buildpack';
import { type PackageJson, readPackageJson } from './package-json.ts';

/** A package in a folder of the app whose scripts may start it. */
export interface ScriptPackage {
  /** Relative to the app's root; `.` for that. */
  folder: string;
  manifest: PackageJson;
}

/** Where the packages of an app are. */
export interface PackagePlaces {
  /** The app's root. */
  app: FolderView;
  /** Folders of workspaces and the like that the lock file names, relative to the app's root. */
  localPackages: string[];
}

/** The package in this folder; undefined when there is none. */
export async function readPackage({ app }: PackagePlaces, folder: string): Promise<ScriptPackage | undefined> {
  if (leadsOut(folder)) return undefined;
  const manifest = await readPackageJson(app.at(folder), join(folder, 'package.json'));
  return manifest && { folder, manifest };
}

/** The package that npm takes scripts from when it is called in this folder: the nearest, upwards. */
export async function findPackageAround(places: PackagePlaces, folder: string): Promise<ScriptPackage | undefined> {
  for (const place of foldersUpFrom(folder)) {
    const found = await readPackage(places, place);
    if (found) return found;
  }
  return undefined;
}

/** A workspace of the package in `root`, by its folder or by its name. */
export async function findWorkspace(
  places: PackagePlaces,
  root: string,
  wanted: string,
): Promise<ScriptPackage | undefined> {
  const byFolder = await readPackage(places, join(root, wanted));
  if (byFolder) return byFolder;
  const linked = await places.app.resolveLink(join(root, 'node_modules', wanted));
  const likely = places.localPackages.filter((folder) => basename(folder) === basename(wanted));
  for (const folder of new Set([...(linked ? [linked] : []), ...likely, ...places.localPackages])) {
    const found = await readPackage(places, folder);
    if (found?.manifest.name === wanted) return found;
  }
  return undefined;
}

/** This folder and those around it, up to the app's root. */
export function foldersUpFrom(folder: string): string[] {
  if (leadsOut(folder)) return [];
  return folder === '.' ? ['.'] : [folder, ...foldersUpFrom(dirname(folder))];
}

function leadsOut(folder: string): boolean {
  return folder.startsWith('/') || folder === '..' || folder.startsWith('../');
}

/** What npm sets for a script of the package, as far as programs look at it. */
export function scriptVariables({ app }: PackagePlaces, { folder, manifest }: ScriptPackage, script: string) {
  const { name = '', version = '', config } = manifest;
  const settings = Object.entries(config).map(([key, value]) => [`npm_package_config_${key}`, value]);
  return {
    npm_lifecycle_event: script,
    npm_package_json: app.file(folder, 'package.json'),
    npm_package_name: name,
    npm_package_version: version,
    ...(Object.fromEntries(settings) as Record<string, string>),
  };
}
