import { runImage } from '@dema/engine';
import type { Image } from '@dema/oci';
import { chooseVolumes, type VolumeChoices } from './binding-volumes.ts';
import { findStoredOrPulled, type PullChoices } from './find-pulled-image.ts';
import { openBubblewrap } from './make-builder.ts';
import { createPreparationReporter } from './report-preparation.ts';
import type { Workplace } from './workplace.ts';

export interface RunNamedOptions extends VolumeChoices, PullChoices {
  /** Without it the one that the image exposes, else 8080. */
  port?: number;
  env: Record<string, string>;
  args: string[];
  processType?: string;
}

const USUAL_PORT = 8080;

/** Runs an image until it ends; gives its exit code. */
export async function runNamed(workplace: Workplace, name: string, options: RunNamedOptions): Promise<number> {
  const { image, reference } = await findStoredOrPulled(workplace, name, options);
  const chosen = await chooseVolumes(options, options.env, 'run');
  return runImage({
    ...options,
    ...chosen,
    image,
    name: reference,
    port: options.port ?? findExposedPort(image) ?? USUAL_PORT,
    store: workplace.store,
    bubblewrap: await openBubblewrap(workplace, {
      env: process.env,
      offline: options.offline,
      preparation: createPreparationReporter(process.stderr),
    }),
    onListening: (address) => process.stderr.write(`\n${reference} listens on ${address} (ctrl-C stops it)\n`),
  });
}

/** Of an image that may not know of PORT: the only port that it exposes, as far as an ordinary user may listen there. */
function findExposedPort({ config }: Image): number | undefined {
  const exposed = Object.keys(config.config?.ExposedPorts ?? {}).flatMap((text) => {
    const port = /^(\d+)(\/tcp)?$/.exec(text)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
  const [port, ...others] = exposed.filter((one) => one >= 1024);
  return others.length === 0 ? port : undefined;
}
