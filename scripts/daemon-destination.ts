import { join } from 'node:path';
import { isFault } from '@dema/errors';
import { exec } from '@dema/exec';
import {
  chooseImage,
  type Image,
  isIndex,
  type NamedContent,
  readArchive,
  readImage,
  writeArchive,
  writeImage,
} from '@dema/oci';
import { type Digest, isDigest, type Store } from '@dema/store';
import { engineImageMissing, engineSocketMissing } from './engine-faults.ts';
import { engineFailed, engineMissing } from './faults.ts';
import { findEngine } from './find-engine.ts';
import type { FoundContent, ImageDestination } from './image-destination.ts';
import { type Engine, openEngine } from './open-engine.ts';
import type { Workplace } from './workplace.ts';

/** Programs that load an archive of an image where no engine can be spoken to, in the order in which they are tried. */
const PROGRAMS = ['docker', 'podman', 'nerdctl'];

/**
 * Images go to the container engine of this machine, of an index the one for this kind of machine, and stay in the image store,
 * where the next build finds the one before it. DEMA_CONTAINER_ENGINE names a program that loads them; without it the engine is
 * the one that `docker` and `podman` would speak to, else the first of their programs that is there.
 */
export function daemonDestination(workplace: Workplace): ImageDestination {
  const { images } = workplace;
  return {
    find: (reference) => images.find(reference),
    findImageOrIndex: (reference) => images.findImageOrIndex(reference),
    async put(reference, found) {
      const stored = await images.put(reference, found);
      await loadImage(workplace, reference, await chooseImage(found, reference));
      return stored;
    },
  };
}

/** An image that a container engine has, and can be given again. Fault CLI_IMAGE_MISSING. */
export async function findInEngine(workplace: Workplace, reference: string): Promise<FoundContent> {
  const images = await engineDestination(workplace);
  const found = await images.find(reference);
  if (found === undefined) throw engineImageMissing(reference);
  return { reference, found: found.image, images };
}

async function engineDestination(workplace: Workplace): Promise<ImageDestination> {
  const address = await findEngine(process.env);
  if (address === undefined) throw engineSocketMissing();
  const engine = openEngine(address);
  const find = async (reference: string) => {
    const image = await readFromEngine(workplace, engine, reference);
    return image && { image, digest: (await writeImage(workplace.store, image)).manifest.digest };
  };
  return {
    find,
    async findImageOrIndex(reference): Promise<NamedContent | undefined> {
      const found = await find(reference);
      return found && { found: found.image, digest: found.digest, reference };
    },
    async put(reference, found) {
      const image = isIndex(found) ? await chooseImage(found, reference) : found;
      await loadImage(workplace, reference, image);
      return writeImage(workplace.store, image).then(({ manifest }) => manifest);
    },
  };
}

const KIND = 'engine-images';

/** What an engine hands out is large; the store knows it by what the engine knows it by. */
async function readFromEngine({ store }: Workplace, engine: Engine, reference: string): Promise<Image | undefined> {
  const id = await engine.findId(reference);
  if (id === undefined) return undefined;
  const known = await store.readRecord(KIND, id);
  const kept = isDigest(known) ? await findKept(store, known) : undefined;
  if (kept) return kept;
  return store.withTempFolder(async (folder) => {
    const file = join(folder, 'image.tar');
    await engine.save(reference, file);
    const { image } = await readArchive(store, file);
    const { manifest } = await writeImage(store, image);
    // The name may have got another image meanwhile, and then it is not known which of the two this is.
    if ((await engine.findId(reference)) === id) await store.writeRecord(KIND, id, manifest.digest);
    return image;
  });
}

/** As a whole; what the cache gave up is asked for again. */
async function findKept(store: Store, digest: Digest): Promise<Image | undefined> {
  const image = await readImage(store, digest).catch(() => undefined);
  for (const layer of image?.layers ?? [])
    if (!(await store.hasBlob((await layer.descriptor()).digest))) return undefined;
  return image;
}

async function loadImage({ store }: Workplace, reference: string, image: Image): Promise<void> {
  const { DEMA_CONTAINER_ENGINE: program } = process.env;
  const address = program ? undefined : await findEngine(process.env);
  const engine = address && openEngine(address);
  const { manifest, configDigest } = await writeImage(store, image);
  const id = await engine?.findId(reference);
  if (id === configDigest || id === manifest.digest) return;
  await store.withTempFolder(async (folder) => {
    const file = join(folder, 'image.tar');
    await writeArchive(file, image, { reference });
    await (engine ? engine.load(file) : loadByProgram(file, program ? [program] : PROGRAMS));
  });
}

async function loadByProgram(file: string, programs: string[]): Promise<void> {
  for (const program of programs) {
    const ended = await run(program, ['load', '--input', file]);
    if (ended === undefined) continue;
    if (ended.code !== 0) throw engineFailed(program, ended.stderr);
    return;
  }
  throw engineMissing(programs);
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
