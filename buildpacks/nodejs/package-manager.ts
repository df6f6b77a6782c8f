import type { FolderView } from '@dema/buildpack';
import type { PackageJson } from './package-json.ts';

/** Who shall install the packages, as far as the app says it. */
export interface PackageManager {
  name: string;
  /** What says so, such as `yarn.lock`. */
  source: string;
  /** Lock files of other managers, which nobody reads. */
  unused: string[];
}

const LOCK_FILES = {
  'npm-shrinkwrap.json': 'npm',
  'package-lock.json': 'npm',
  'yarn.lock': 'Yarn',
  'pnpm-lock.yaml': 'pnpm',
  'bun.lock': 'Bun',
  'bun.lockb': 'Bun',
};

const NAMES: Record<string, string> = { yarn: 'Yarn', bun: 'Bun' };

/** By precedence: packageManager and devEngines of package.json, then a lock file; npm's before others. */
export async function determinePackageManager(
  folder: FolderView,
  packageJson: PackageJson | undefined,
): Promise<PackageManager | undefined> {
  const present = await Promise.all(
    Object.entries(LOCK_FILES).map(async ([file, name]) => ((await folder.has(file)) ? [{ file, name }] : [])),
  );
  const locks = present.flat();
  const field = packageJson?.packageManager;
  const [lock] = locks;
  const wanted = field
    ? { name: NAMES[field.name] ?? field.name, source: `"${field.source}" of package.json` }
    : lock && { name: lock.name, source: lock.file };
  if (!wanted) return undefined;
  return { ...wanted, unused: locks.filter(({ name }) => name !== wanted.name).map(({ file }) => file) };
}
