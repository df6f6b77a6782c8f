import type { FolderView } from '@dema/buildpack';
import { splitChain } from './shell-text.ts';

/** What npm runs when it installs, of the app itself and of the packages in its folders. */
export interface InstallScripts {
  isEmpty: boolean;
  /** Those that may do anything to files of the app, such as `prepare` or `prepare of packages/a`. */
  free: string[];
}

const NAMES = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

/** Commands that change node_modules alone, by files of `patches`, or that have nothing to do where there is no Git. */
const BOUND = new Set(
  ['patch-package', 'husky', 'husky install', 'simple-git-hooks', 'is-ci', 'true', 'exit 0'].flatMap((command) => [
    command,
    `npx ${command}`,
  ]),
);

/** Native code in such a folder is compiled there without a script: `binding.gyp`. */
export async function readInstallScripts(app: FolderView, localPackages: string[]): Promise<InstallScripts> {
  const places = ['', ...localPackages].map(async (path) => ({ path, found: await readScriptsOf(app.at(path)) }));
  const scripts = (await Promise.all(places)).flatMap(({ path, found }) => {
    return found.map(({ name, text }) => ({ name: path === '' ? name : `${name} of ${path}`, isFree: !isBound(text) }));
  });
  return { isEmpty: scripts.length === 0, free: scripts.flatMap(({ name, isFree }) => (isFree ? [name] : [])) };
}

function isBound(script: string): boolean {
  return splitChain(script).every(({ text }) => BOUND.has(text));
}

async function readScriptsOf(folder: FolderView): Promise<{ name: string; text: string }[]> {
  const manifest = asTable(await folder.readJson('package.json'));
  if (!manifest) return [];
  const scripts = asTable(manifest.scripts) ?? {};
  const compiles = !scripts.preinstall && !scripts.install && (await folder.has('binding.gyp'));
  const present = NAMES.flatMap((name) => (scripts[name] ? [{ name, text: String(scripts[name]) }] : []));
  return [...present, ...(compiles ? [{ name: 'binding.gyp', text: '' }] : [])];
}

function asTable(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
