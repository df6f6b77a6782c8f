import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layer } from '@dema/oci';

/** Versions of Debian packages, by name. */
export type Packages = ReadonlyMap<string, string>;

export interface PackageChange {
  name: string;
  /** Undefined for a package that is new. */
  before?: string;
  /** Undefined for a package that is gone. */
  after?: string;
}

/** What dpkg knows to be in these layers: a folder with a file for each package, or one file for all. */
export async function readDebianPackages(layers: readonly Layer[]): Promise<Packages> {
  const packages = new Map<string, string>();
  for (const layer of layers) {
    const dpkg = join(await layer.tree(), 'var/lib/dpkg');
    const names = await readdir(join(dpkg, 'status.d')).catch(() => []);
    const files = ['status', ...names.filter((name) => !name.endsWith('.md5sums')).map((name) => `status.d/${name}`)];
    for (const file of files) addParagraphs(packages, await readFile(join(dpkg, file), 'utf8').catch(() => ''));
  }
  return packages;
}

/** In the order of their names. */
export function diffPackages(before: Packages, after: Packages): PackageChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({ name, before: before.get(name), after: after.get(name) }));
}

/** `libssl3t64 3.5.9-1 -> 3.5.9-2`. */
export function describeChange({ name, before, after }: PackageChange): string {
  return `${name} ${before ?? '(new)'} -> ${after ?? '(gone)'}`;
}

function addParagraphs(packages: Map<string, string>, text: string): void {
  for (const paragraph of text.split(/\n\n+/)) {
    const [name, version] = ['Package', 'Version'].map(
      (field) => new RegExp(`^${field}: (.+)$`, 'm').exec(paragraph)?.[1],
    );
    if (name && version) packages.set(name, version);
  }
}
