import { runImage } from '@dema/engine';
import { imageMissing } from './faults.ts';
import { openBubblewrap } from './make-builder.ts';
import type { Workplace } from './workplace.ts';

export interface RunStoredOptions {
  port: number;
  env: Record<string, string>;
  args: string[];
  processType?: string;
}

/** Runs an image of the image store until it ends; gives its exit code. */
export async function runStored(workplace: Workplace, reference: string, options: RunStoredOptions): Promise<number> {
  const { store, images } = workplace;
  const stored = await images.find(reference);
  if (stored === undefined)
    throw imageMissing(
      reference,
      (await images.list()).map((image) => image.reference),
    );
  return runImage({
    ...options,
    image: stored.image,
    store,
    bubblewrap: await openBubblewrap(workplace, { env: process.env }),
    onListening: (address) => process.stderr.write(`\n${reference} listens on ${address} (ctrl-C stops it)\n`),
  });
}
