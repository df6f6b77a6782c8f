import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { ExecOptions, Folder, Layer, LayerKey } from '@dema/buildpack';
import { type Fault, isFault } from '@dema/errors';
import type { NodejsApp } from './inspect-app.ts';
import type { NodeRuntime } from './node-runtime.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { explainNpmFailure, isNpmErrorLine } from './npm-failure.ts';

export interface PackageTools {
  node: NodeRuntime;
  npmVersion: string;
  /** npm's cache of downloads. */
  cache: string;
  withDevelopment: boolean;
}

const UNLOCKED =
  'without a lock file versions stay as npm found them until package.json changes; commit package-lock.json to be sure of them';

export interface InstalledPackages {
  /** Where they, and a lock file that names them, can be read. */
  folder: string;
  /** The layer of the cache that has them just so. */
  keptIn?: Layer;
}

/** Whether there is anything that npm would have to do. */
export function needsPackages({ facts }: NodejsContext): boolean {
  const { packageJson, lockFile, installScripts, hasVendoredPackages } = facts;
  const isAsked = packageJson?.hasDependencies || lockFile?.hasPackages || !installScripts.isEmpty;
  return isAsked || hasVendoredPackages;
}

/**
 * Puts node_modules into the app's folder and keeps a copy in a layer that only the cache holds: while everything that
 * npm's result depends on is the same, the copy is put back and npm does not run.
 */
export async function installPackages(context: NodejsContext, tools: PackageTools): Promise<InstalledPackages> {
  const { facts, layer, log } = context;
  const app = projectFolder(context);
  const folders = modulesFolders(context);
  log.step(`Packages of ${facts.lockFile?.name ?? 'package.json'}`);
  const reason = findReasonToInstallAlways(facts);
  if (reason) {
    log.detail(`npm runs in every build, because of ${reason}`);
    await runInstall(context, tools);
    return { folder: app.path };
  }
  // Nothing changes node_modules after npm then, so that the copy can be as the image has it.
  const isFinal = !tools.withDevelopment && folders.length === 1;
  const key = { ...(await modulesKey(context, tools)), kept: isFinal ? 'as in the image' : 'as npm left it' };
  const modules = await layer('modules', { cache: true, key }, async (copy) => {
    await runInstall(context, tools);
    if (isFinal) await copyIfThere(app, INSTALLED, copy, 'package-lock.json');
    if (isFinal) await cleanModules(context);
    for (const name of folders) await copyIfThere(app, name, copy, name);
  });
  if (!facts.lockFile) log.detail(UNLOCKED);
  if (modules.kept) await putBack(context, modules, isFinal);
  return isFinal ? { folder: modules.path, keptIn: modules } : { folder: app.path };
}

/** What npm says of what it installed. */
const INSTALLED = 'node_modules/.package-lock.json';

async function putBack(context: NodejsContext, modules: Folder, isFinal: boolean): Promise<void> {
  const { app, launch } = context;
  const project = projectFolder(context);
  const folders = modulesFolders(context);
  for (const name of folders) await project.remove(name);
  for (const name of folders) {
    if (!(await modules.has(name))) continue;
    if (isFinal) await launch.place(modules.file(name), relative(app.path, project.file(name)));
    else await project.copyFrom(modules.file(name), name);
  }
}

/** What npm does to folders of the app beside those that the layer keeps. */
function findReasonToInstallAlways(facts: NodejsApp): string | undefined {
  const { installScripts, lockFile } = facts;
  if (installScripts.free.length > 0) return `the app's own script ${installScripts.free.join(', ')}`;
  const [outer] = lockFile?.outerPackages ?? [];
  if (outer) return `${outer}, a package outside of the project folder`;
  return hasUnknownPackages(facts) ? 'packages in folders of the app that no lock file names' : undefined;
}

/** Whether there are packages in folders of the app of which only npm knows where they are. */
export function hasUnknownPackages({ lockFile, packageJson }: NodejsApp): boolean {
  return !lockFile?.localPackages && packageJson?.hasLocalPackages === true;
}

/** Leaves out of node_modules what npm and build tools write for themselves, which differs between builds. */
export async function cleanModules(context: NodejsContext): Promise<void> {
  const app = projectFolder(context);
  for (const name of modulesFolders(context)) {
    await app.remove(`${name}/.package-lock.json`);
    if (!context.settings.BP_KEEP_NODE_BUILD_CACHE) await app.remove(`${name}/.cache`);
  }
}

/** The node_modules folders of the app and of its local packages, relative to the project folder. */
export function modulesFolders({ facts: { lockFile } }: NodejsContext): string[] {
  return ['node_modules', ...(lockFile?.localPackages ?? []).map((name) => `${name}/node_modules`)];
}

export function projectFolder({ app, settings }: NodejsContext): Folder {
  return app.at(settings.BP_NODE_PROJECT_PATH);
}

async function runInstall(context: NodejsContext, tools: PackageTools): Promise<void> {
  const { facts, log, network } = context;
  const development = tools.withDevelopment ? '--include=dev' : '--omit=dev';
  const args = facts.lockFile ? ['ci', development] : ['install', development, '--no-package-lock'];
  const { env, trouble } = await network.prepareNpm({
    folder: projectFolder(context).path,
    resolved: facts.lockFile?.servers,
  });
  if (trouble) log.warn(`${trouble.problem} npm has to do with what it fetched before.`);
  for (let tries = 1; ; tries += 1) {
    const again = tries === 1 ? [] : ['--prefer-offline'];
    try {
      await runNpm(context, tools, [...args, ...again], { env, trouble });
      return;
    } catch (error) {
      if (tries === MOST_TRIES || !isBrokenOff(error)) throw error;
      log.warn('npm was cut off while it downloaded: it goes on with what it has.');
    }
  }
}

/** npm asks again for what it does not get, but not for the rest of what breaks off. With each try it has more in its cache. */
const MOST_TRIES = 20;

function isBrokenOff(error: unknown): boolean {
  if (!isFault(error, 'NODEJS_REGISTRY_UNREACHABLE')) return false;
  return error.details.some((line) => /Invalid response body|\baborted\b|premature close/i.test(line));
}

interface NpmRunOptions extends Pick<ExecOptions, 'quiet' | 'failure' | 'env'> {
  /** Why npm had no network. */
  trouble?: Fault;
}

export async function runNpm(
  context: NodejsContext,
  tools: PackageTools,
  args: string[],
  { env = {}, trouble, ...options }: NpmRunOptions = {},
): ReturnType<NodejsContext['exec']> {
  return context.exec('npm', args, {
    cwd: projectFolder(context).path,
    env: { ...npmEnvironment(context.env, tools.cache), ...env },
    hide: isNpmErrorLine,
    failure: ({ stdout, stderr }) => explainNpmFailure(`${stderr}\n${stdout}`, trouble),
    ...options,
  });
}

/** npm without what it and tools beside it do for people at work on the app; what the user set stays. */
export function npmEnvironment(env: Readonly<Record<string, string>>, cache: string): Record<string, string> {
  const wanted = {
    npm_config_cache: cache,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_progress: 'false',
    npm_config_loglevel: 'error',
    npm_config_logs_max: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    HUSKY: '0',
    SKIP_INSTALL_SIMPLE_GIT_HOOKS: '1',
  };
  const set = new Set(Object.keys(env).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !set.has(name.toLowerCase())));
}

async function modulesKey(
  context: NodejsContext,
  { node, npmVersion, withDevelopment }: PackageTools,
): Promise<LayerKey> {
  const { facts, target, env } = context;
  const app = projectFolder(context);
  const files = ['package.json', 'npm-shrinkwrap.json', 'package-lock.json', '.npmrc'];
  const locals = (facts.lockFile?.localPackages ?? []).map((name) => `${name}/package.json`);
  const digests = await Promise.all([...files, ...locals].map(async (file) => [file, await app.digest(file)] as const));
  return {
    ...Object.fromEntries(digests),
    'Node.js': node.version,
    npm: npmVersion,
    architecture: target.architecture,
    'development packages': withDevelopment ? 'with' : 'without',
    'npm configuration': findNpmSettings(env),
    NODE_ENV: env.NODE_ENV,
    patches: await digestsOf(app.at('patches')),
  };
}

async function digestsOf(folder: Folder): Promise<Record<string, string | undefined> | undefined> {
  const names = await folder.list();
  const digests = names.map(async (name) => [name, await folder.digest(name)] as const);
  return names.length === 0 ? undefined : Object.fromEntries(await Promise.all(digests));
}

/** Settings of npm in the environment change what it installs; where it downloads from does not. Hashed, as there may be secrets among them. */
function findNpmSettings(env: Readonly<Record<string, string>>): string | undefined {
  const connection =
    /^npm_config_(userconfig|globalconfig|offline|registry|cache|cafile|ca|.*proxy|fetch_.*|\/\/.*|_auth.*|@.*)$/i;
  const set = Object.entries(env).filter(([name]) => /^npm_config_/i.test(name) && !connection.test(name));
  return set.length === 0 ? undefined : createHash('sha256').update(JSON.stringify(set.sort())).digest('hex');
}

async function copyIfThere(from: Folder, source: string, to: Folder, target: string): Promise<void> {
  if (await from.has(source)) await to.copyFrom(from.file(source), target);
}
