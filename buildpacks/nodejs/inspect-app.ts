import { type FolderView, type Found, found, type Skip, skip } from '@dema/buildpack';
import type { Want } from '@dema/dependencies';
import { projectPathMissing } from './faults.ts';
import { type InstallScripts, readInstallScripts } from './install-scripts.ts';
import { type LockFile, readLockFile } from './lock-file.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';
import { determinePackageManager, type PackageManager } from './package-manager.ts';
import type { NodejsSettings } from './settings.ts';
import { determineVersionWants } from './version-wants.ts';

/** What a Node.js app says of itself, read once before anything is made. */
export interface NodejsApp {
  packageJson?: PackageJson;
  lockFile?: LockFile;
  packageManager?: PackageManager;
  installScripts: InstallScripts;
  /** Whether node_modules came with the app: it is used as it is, unless a lock file says how to make it. */
  hasVendoredPackages: boolean;
  versionWants: Want[];
}

/** Files that start an app when nothing else says how, by preference. */
export const ENTRY_FILES = ['server', 'app', 'main', 'index'].flatMap((name) => {
  return ['js', 'cjs', 'mjs'].map((extension) => `${name}.${extension}`);
});

export async function inspectApp(app: FolderView, settings: NodejsSettings): Promise<Found<NodejsApp> | Skip> {
  const path = settings.BP_NODE_PROJECT_PATH;
  if (!(await app.isFolder(path))) throw projectPathMissing(path);
  const folder = app.at(path);
  const packageJson = await readPackageJson(folder);
  const entry = settings.BP_LAUNCHPOINT ?? (await folder.find(...ENTRY_FILES));
  if (!packageJson && !entry)
    return skip(`no package.json and no server, app, main or index file (.js, .cjs, .mjs)${where(path)}`);
  const lockFile = packageJson ? await readLockFile(folder) : undefined;
  const engines = packageJson?.enginesNode;
  const versionWants = await determineVersionWants({ folder, setting: settings.BP_NODE_VERSION, engines });
  const installScripts = await readInstallScripts(folder, lockFile?.localPackages ?? []);
  const hasVendoredPackages = packageJson !== undefined && !lockFile && (await hasPackages(folder));
  const packageManager = await determinePackageManager(folder, packageJson);
  const facts = { packageJson, lockFile, packageManager, installScripts, hasVendoredPackages, versionWants };
  return found(`${describe(settings, packageJson, entry)}${where(path)}`, facts);
}

/** Names with a dot are what tools keep for themselves. */
async function hasPackages(folder: FolderView): Promise<boolean> {
  return (await folder.list('node_modules')).some((name) => !name.startsWith('.'));
}

function describe(settings: NodejsSettings, packageJson: PackageJson | undefined, entry: string | undefined): string {
  if (!packageJson) return `${entry}`;
  const name = settings.BP_NPM_START_SCRIPT ?? 'start';
  const script = packageJson.scripts[name];
  if (script) return `package.json with ${name} script "${script}"`;
  if (entry) return `package.json and ${entry}`;
  return packageJson.main ? `package.json with main "${packageJson.main}"` : 'package.json';
}

function where(path: string): string {
  return path === '.' ? '' : ` in ${path}`;
}
