import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { readDeb, type TarEntry } from '@dema/archive';
import { isPruned, packageEntries } from '@dema/debian';
import { listTaken } from './taken-paths.ts';

/** What of a package goes into an image. Plain data, so that it can pass between threads. */
export interface UnpackedPackage {
  name: string;
  entries: UnpackedEntry[];
  /** A file in which the contents of all entries stand end to end: one instead of thousands of small ones. */
  bodies: string;
  /** The paragraph that describes the package. */
  control: string;
  /** Lines of checksums, of every file of the package. */
  md5sums: string;
}

export interface UnpackedEntry extends Omit<TarEntry, 'body'> {
  /** Where the content begins in `bodies`. */
  start?: number;
}

export interface PackageToUnpack {
  name: string;
  /** The .deb. */
  path: string;
  /** The file to be made. */
  bodies: string;
  /** Takes only what lies at or below these paths, what links there lead to, and the terms of the package. */
  only?: string[];
}

export async function unpackPackage({ name, path, bodies, only }: PackageToUnpack): Promise<UnpackedPackage> {
  const { control } = await readDeb(path);
  const text = (member: string): string => new TextDecoder().decode(control.get(member));
  const taken = only && (await listTaken(packageEntries(path), only));
  const entries: UnpackedEntry[] = [];
  const file = await open(bodies, 'wx');
  try {
    let end = 0;
    for await (const { body, ...entry } of packageEntries(path)) {
      if (isPruned(entry.path) || taken?.has(entry.path) === false) continue;
      entries.push({ ...entry, start: end });
      for await (const chunk of body?.() ?? []) {
        await file.writeFile(chunk);
        end += chunk.length;
      }
    }
  } finally {
    await file.close();
  }
  return { name, entries, bodies, control: text('control'), md5sums: text('md5sums') };
}

/** The entry as a writer of archives takes it; its content can be read as long as `bodies` is there. */
export function toTarEntry({ start = 0, ...entry }: UnpackedEntry, bodies: string): TarEntry {
  return entry.type === 'file' ? { ...entry, body: () => readRange(bodies, start, entry.size) } : entry;
}

async function* readRange(file: string, start: number, size: number): AsyncGenerator<Uint8Array> {
  if (size > 0) yield* createReadStream(file, { start, end: start + size - 1 });
}
