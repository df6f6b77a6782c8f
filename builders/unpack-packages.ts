import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeb, type TarEntry } from '@dema/archive';
import { packageEntries } from '@dema/debian';
import { isPruned } from './prune.ts';

/** A package with what of it goes into an image. The bodies can be read again and again, as long as the folder exists that they were unpacked to. */
export interface UnpackedPackage {
  name: string;
  entries: TarEntry[];
  /** The paragraph that describes it. */
  control: string;
  /** Lines of checksums, of every file of the package. */
  md5sums: string;
}

/** Unpacks packages one after the other; their files stand end to end in one file of the folder, which spares thousands of small ones. */
export async function unpackPackages(
  debs: { name: string; path: string }[],
  folder: string,
): Promise<UnpackedPackage[]> {
  const bodies = join(folder, 'bodies');
  const file = await open(bodies, 'wx');
  let end = 0;
  async function keepBody(entry: TarEntry): Promise<TarEntry> {
    if (!entry.body) return entry;
    const start = end;
    for await (const chunk of entry.body()) end += (await file.write(chunk, 0, chunk.length)).bytesWritten;
    return { ...entry, body: () => readRange(bodies, start, entry.size) };
  }
  try {
    const unpacked: UnpackedPackage[] = [];
    for (const { name, path } of debs) {
      const entries: TarEntry[] = [];
      for await (const entry of packageEntries(path)) if (!isPruned(entry.path)) entries.push(await keepBody(entry));
      const { control } = await readDeb(path);
      const part = (member: string): string => new TextDecoder().decode(control.get(member));
      unpacked.push({ name, entries, control: part('control'), md5sums: part('md5sums') });
    }
    return unpacked;
  } finally {
    await file.close();
  }
}

async function* readRange(file: string, start: number, size: number): AsyncGenerator<Uint8Array> {
  if (size > 0) yield* createReadStream(file, { start, end: start + size - 1 });
}
