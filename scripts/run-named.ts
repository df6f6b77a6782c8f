import { runImage } from '@dema/engine';
import { chooseVolumes, type VolumeChoices } from './binding-volumes.ts';
import { findImage } from './destination.ts';
import { openBubblewrap } from './make-builder.ts';
import { createPreparationReporter } from './report-preparation.ts';
import type { Workplace } from './workplace.ts';

export interface RunNamedOptions extends VolumeChoices {
  port: number;
  env: Record<string, string>;
  args: string[];
  processType?: string;
  /** What runs the image comes from the store alone. */
  offline?: boolean;
}

/** Runs an image until it ends; gives its exit code. */
export async function runNamed(workplace: Workplace, name: string, options: RunNamedOptions): Promise<number> {
  const { image, reference } = await findImage(workplace, name);
  const chosen = await chooseVolumes(options, options.env, 'run');
  return runImage({
    ...options,
    ...chosen,
    image,
    store: workplace.store,
    bubblewrap: await openBubblewrap(workplace, {
      env: process.env,
      offline: options.offline,
      preparation: createPreparationReporter(process.stderr),
    }),
    onListening: (address) => process.stderr.write(`\n${reference} listens on ${address} (ctrl-C stops it)\n`),
  });
}
