import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebianArchitecture } from '@dema/debian';
import type { Layer } from '@dema/oci';
import type { Store } from '@dema/store';
import { readLauncherPackages } from './make-launcher-layer.ts';

export interface HelperRuntimeOptions {
  store: Store;
  architecture: DebianArchitecture;
  /** The layer of the launcher, which runs on the same. */
  launcher: Layer;
}

/** Another number whenever the folder is made in another way. */
const FORM = 1;

/** The launcher's own code; helpers need only what it runs on. */
const LEFT_OUT = ['launcher', 'launcher.js'];

/**
 * A folder with what launch helpers of buildpacks run on in a finished image: QuickJS, the C library, the private shell, the
 * terms of each, and `packages.json`, which says what package each is of. The store keeps it.
 */
export async function makeHelperRuntime({ store, architecture, launcher }: HelperRuntimeOptions): Promise<string> {
  const key = `helper-runtime-${FORM}-${launcher.diffId.replace(':', '-')}`;
  const known = await store.findTree(key);
  if (known) return known;
  const packages = await readLauncherPackages(architecture);
  const source = join(await launcher.tree(), 'cnb/lifecycle');
  return store.putTree(key, async (dir) => {
    const names = (await readdir(source)).filter((name) => !LEFT_OUT.includes(name));
    for (const name of names) await cp(join(source, name), join(dir, name));
    const facts = packages.map(({ name, version, sha256 }) => ({ name, version, architecture, sha256 }));
    await writeFile(join(dir, 'packages.json'), `${JSON.stringify(facts, null, 2)}\n`);
  });
}
