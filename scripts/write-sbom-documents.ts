import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageSboms } from './image-sboms.ts';

/** Below the same folders as `pack sbom download` makes. */
export async function writeSbomDocuments(output: string, { documents }: ImageSboms): Promise<void> {
  await mkdir(output, { recursive: true });
  for (const [path, text] of documents) {
    const file = join(output, 'layers/sbom/launch', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
