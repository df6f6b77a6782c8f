import type { FolderView } from '@dema/buildpack';
import type { LockFile } from './lock-file.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';

/** Scripts of a package that npm runs when it installs; what they do to other files cannot be known. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

/** Those of the app itself and of the packages in its folders, such as `prepare` or `prepare of packages/a`. */
export async function readInstallScripts(
  folder: FolderView,
  packageJson: PackageJson | undefined,
  lockFile: LockFile | undefined,
): Promise<string[]> {
  const own = namesIn(packageJson);
  const local = await Promise.all(
    (lockFile?.localPackages ?? []).map(async (path) => {
      const names = namesIn(await readPackageJson(folder.at(path)));
      return names.map((name) => `${name} of ${path}`);
    }),
  );
  return [...own, ...local.flat()];
}

function namesIn(packageJson: PackageJson | undefined): string[] {
  return INSTALL_SCRIPTS.filter((name) => packageJson?.scripts[name]);
}
