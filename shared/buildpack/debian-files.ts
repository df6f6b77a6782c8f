import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BundledFile } from './bundle.ts';
import { KEYS_FOLDER } from './debian-keys.ts';

const KEYS = join(import.meta.dirname, '../debian/keys');
const OPENPGP = ['package.json', 'LICENSE', 'dist/node/openpgp.mjs'];

/**
 * What a buildpack needs beside its bundle to read the signed indexes of Debian, once a package that it names has been superseded:
 * the keys, and the OpenPGP library, unchanged and as a package of its own, as its licence (LGPL) asks.
 */
export async function readDebianFiles(): Promise<BundledFile[]> {
  const keys = (await readdir(KEYS)).filter((name) => name.endsWith('.asc')).sort();
  const library = findPackage('openpgp');
  const files = [
    ...keys.map((name) => ({ name: join(KEYS_FOLDER, name), path: join(KEYS, name) })),
    ...OPENPGP.map((name) => ({ name: join('node_modules/openpgp', name), path: join(library, name) })),
  ];
  return Promise.all(files.map(async ({ name, path }) => ({ name, bytes: await readFile(path) })));
}

/** Where Node.js would find it from here: above the sources, or above the published package. */
function findPackage(name: string): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(place)) return place;
  }
  throw new Error(`the package ${name} is not installed beside ${import.meta.dirname}`);
}
