import { comparePaths, type TarEntry } from '@dema/archive';
import { readText, textFile } from './new-entries.ts';
import type { Root } from './root-entries.ts';

const SOURCE = 'usr/share/ca-certificates/';

/** What `update-ca-certificates` makes of the package ca-certificates: the bundle that TLS libraries read, and the list of what is in it. */
export async function certificateFiles(root: Root): Promise<TarEntry[]> {
  const paths = [...root.keys()].filter((path) => path.startsWith(SOURCE) && path.endsWith('.crt')).sort(comparePaths);
  if (paths.length === 0) return [];
  const certificates: string[] = [];
  for (const path of paths) {
    const entry = root.get(path);
    if (entry) certificates.push(`${(await readText(entry)).trimEnd()}\n`);
  }
  return [
    textFile('etc/ca-certificates.conf', paths.map((path) => `${path.slice(SOURCE.length)}\n`).join('')),
    textFile('etc/ssl/certs/ca-certificates.crt', certificates.join('')),
  ];
}
