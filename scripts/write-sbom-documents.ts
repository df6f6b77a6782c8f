import { join } from 'node:path';
import type { ImageSboms } from './image-sboms.ts';
import { writeOutputFile } from './output-file.ts';

/** Below the same folders as `pack sbom download` makes. Fault CLI_OUTPUT_UNWRITABLE. */
export async function writeSbomDocuments(output: string, { documents }: ImageSboms): Promise<void> {
  for (const [path, text] of documents) await writeOutputFile(join(output, 'layers/sbom/launch', path), text);
}
