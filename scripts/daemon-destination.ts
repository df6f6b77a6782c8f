import { join } from 'node:path';
import type { Destination } from '@dema/engine';
import { isFault } from '@dema/errors';
import { exec } from '@dema/exec';
import { writeArchive } from '@dema/oci';
import { engineFailed, engineMissing } from './faults.ts';
import type { Workplace } from './workplace.ts';

/** Programs that load an archive of an image, in the order in which they are tried. */
const ENGINES = ['docker', 'podman', 'nerdctl'];

/**
 * Images go to the container engine of this machine, and stay in the image store, where the next build finds the one before it.
 * DEMA_CONTAINER_ENGINE names the program; without it the first that is there is taken.
 */
export function daemonDestination({ images, store }: Workplace): Destination {
  return {
    find: (reference) => images.find(reference),
    async put(reference, image) {
      const stored = await images.put(reference, image);
      await store.withTempFolder(async (folder) => {
        const file = join(folder, 'image.tar');
        await writeArchive(file, image, { reference });
        await load(file);
      });
      return stored;
    },
  };
}

async function load(file: string): Promise<void> {
  const { DEMA_CONTAINER_ENGINE: chosen } = process.env;
  const engines = chosen ? [chosen] : ENGINES;
  for (const engine of engines) {
    const ended = await run(engine, ['load', '--input', file]);
    if (ended === undefined) continue;
    if (ended.code !== 0) throw engineFailed(engine, ended.stderr);
    return;
  }
  throw engineMissing(engines);
}

/** Undefined when there is no such program. */
async function run(command: string, args: string[]) {
  const env = Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined);
  try {
    return await exec(command, args, { env: Object.fromEntries(env) });
  } catch (error) {
    if (isFault(error, 'EXEC_COMMAND_MISSING')) return undefined;
    throw error;
  }
}
