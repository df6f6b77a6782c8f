import type { FolderView } from '@dema/buildpack';

/** Scripts of a package that npm runs when it installs; what they do to other files cannot be known. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

/** Changes node_modules alone, by files of `patches`. */
const PATCH_PACKAGE = 'patch-package';

/**
 * Those of the app itself and of the packages in its folders, such as `prepare` or `prepare of packages/a`. Native code in
 * such a folder is compiled there without a script: `binding.gyp`.
 */
export async function readInstallScripts(app: FolderView, localPackages: string[]): Promise<string[]> {
  const local = localPackages.map(async (path) => {
    return (await readScriptsOf(app.at(path))).map((name) => `${name} of ${path}`);
  });
  return [...(await readScriptsOf(app)), ...(await Promise.all(local)).flat()];
}

async function readScriptsOf(folder: FolderView): Promise<string[]> {
  const manifest = asTable(await folder.readJson('package.json'));
  if (!manifest) return [];
  const scripts = asTable(manifest.scripts) ?? {};
  const compiles = !scripts.preinstall && !scripts.install && (await folder.has('binding.gyp'));
  const present = INSTALL_SCRIPTS.filter((name) => scripts[name] && scripts[name] !== PATCH_PACKAGE);
  return [...present, ...(compiles ? ['binding.gyp'] : [])];
}

function asTable(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
