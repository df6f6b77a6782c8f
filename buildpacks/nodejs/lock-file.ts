import type { FolderView } from '@dema/buildpack';
import { lockFileInvalid } from './faults.ts';

/** What an npm lock file says beyond the versions. */
export interface LockFile {
  name: 'npm-shrinkwrap.json' | 'package-lock.json';
  /** Folders of the project that are packages themselves (workspaces, `file:` dependencies); undefined in lock files of npm 6 and older. */
  localPackages?: string[];
  /** The same outside of the project folder, as paths that start with `../`. */
  outerPackages: string[];
  /** Whether it names any package from outside. */
  hasPackages: boolean;
  /** An address of each server that archives come from; undefined when the lock file leaves it to npm for some of them. */
  servers?: string[];
  /** Whether any package runs scripts when it is installed, and so may compile something. */
  hasInstallScripts: boolean;
  /** Folders in node_modules of packages that only development needs; undefined in lock files of npm 6 and older, which do not say. */
  developmentPackages?: string[];
  /** Programs that only those packages have, with the package of each. */
  developmentPrograms: Map<string, string>;
}

/** npm prefers a shrinkwrap. Fault NODEJS_LOCK_FILE_INVALID. */
export async function readLockFile(folder: FolderView): Promise<LockFile | undefined> {
  for (const name of ['npm-shrinkwrap.json', 'package-lock.json'] as const) {
    const json = await folder.readJson(name, (position, problem) => lockFileInvalid(name, position, problem));
    if (json !== undefined) return parseLockFile(name, json);
  }
  return undefined;
}

function parseLockFile(name: LockFile['name'], json: unknown): LockFile {
  const { packages, dependencies } = isTable(json) ? json : {};
  if (!isTable(packages)) {
    const hasPackages = isTable(dependencies) && Object.keys(dependencies).length > 0;
    return { name, outerPackages: [], hasPackages, hasInstallScripts: hasPackages, developmentPrograms: new Map() };
  }
  const paths = Object.keys(packages).filter((path) => path !== '');
  return {
    name,
    localPackages: paths.filter((path) => !isInstalledPath(path) && !leadsOut(path)),
    outerPackages: paths.filter((path) => leadsOut(path) && !path.includes('/node_modules/')),
    hasPackages: paths.length > 0,
    servers: findServers(Object.entries(packages).filter(([path]) => isInstalledPath(path))),
    hasInstallScripts: paths.some((path) => hasMark(packages[path], 'hasInstallScript')),
    developmentPackages: paths.filter((path) => isInstalledPath(path) && hasMark(packages[path], 'dev')),
    developmentPrograms: findDevelopmentPrograms(packages),
  };
}

function findDevelopmentPrograms(packages: Record<string, unknown>): Map<string, string> {
  const programs = Object.entries(packages).flatMap(([path, entry]) => {
    const bin = isTable(entry) && isTable(entry.bin) ? Object.keys(entry.bin) : [];
    return bin.map((program) => ({
      program,
      owner: path.replace(/^node_modules\//, ''),
      isDev: hasMark(entry, 'dev'),
    }));
  });
  const others = new Set(programs.flatMap(({ program, isDev }) => (isDev ? [] : [program])));
  const own = programs.filter(({ program, isDev }) => isDev && !others.has(program) && program !== 'node');
  return new Map(own.map(({ program, owner }) => [program, owner]));
}

function findServers(entries: [string, unknown][]): string[] | undefined {
  const origins = new Set<string>();
  for (const [, entry] of entries) {
    if (hasMark(entry, 'link') || hasMark(entry, 'inBundle')) continue;
    if (!isTable(entry) || typeof entry.resolved !== 'string') return undefined;
    const { origin } = URL.parse(entry.resolved) ?? {};
    if (origin && origin !== 'null') origins.add(`${origin}/`);
  }
  return [...origins];
}

/** Whether npm put it there: a package in a folder of the app is the app's own, whoever needs it. */
export function isInstalledPath(path: string): boolean {
  return !leadsOut(path) && `/${path}`.includes('/node_modules/');
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..');
}

function hasMark(entry: unknown, mark: string): boolean {
  return isTable(entry) && entry[mark] === true;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
