import { join } from 'node:path';
import { isFault } from '@dema/errors';
import { exec } from '@dema/exec';
import { chooseImage, writeArchive } from '@dema/oci';
import { engineFailed, engineMissing } from './faults.ts';
import type { ImageDestination } from './image-destination.ts';
import type { Workplace } from './workplace.ts';

/** Programs that load an archive of an image, in the order in which they are tried. */
const ENGINES = ['docker', 'podman', 'nerdctl'];

/**
 * Images go to the container engine of this machine, of an index the one for this kind of machine, and stay in the image store, where the next build finds the one before it.
 * DEMA_CONTAINER_ENGINE names the program; without it the first that is there is taken.
 */
export function daemonDestination({ images, store }: Workplace): ImageDestination {
  return {
    find: (reference) => images.find(reference),
    findImageOrIndex: (reference) => images.findImageOrIndex(reference),
    async put(reference, found) {
      const stored = await images.put(reference, found);
      await store.withTempFolder(async (folder) => {
        const file = join(folder, 'image.tar');
        await writeArchive(file, await chooseImage(found, reference), { reference });
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
