import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { mapInParallel } from '@dema/debian';
import { fault } from '@dema/errors';
import { type PackageToUnpack, type UnpackedPackage, unpackPackage } from './unpack-package.ts';
import type { UnpackAnswer } from './unpack-worker.ts';

/** A thread takes as long to start as some 2 MiB of packages take to unpack. */
const WORTH_A_THREAD = 2 * 1024 * 1024;

/** Beside this one. Each takes some 70 MB, and memory is what build machines have less of than processors. */
const MOST_THREADS = 1;

/** In MB. What a thread makes lives shortly, so little room for it is enough. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 };

export type Deb = Omit<PackageToUnpack, 'bodies'>;

type Unpack = (one: PackageToUnpack) => Promise<UnpackedPackage>;

let before: Promise<unknown> = Promise.resolve();

/** Unpacks packages into a folder, in two threads: it is xz that takes the time. Who comes later waits for who came first. */
export function unpackPackages(debs: Deb[], folder: string): Promise<UnpackedPackage[]> {
  const mine = before.then(() => unpackNow(debs, folder));
  before = mine.catch(() => undefined);
  return mine;
}

async function unpackNow(debs: Deb[], folder: string): Promise<UnpackedPackage[]> {
  const packages = debs.map((deb, index) => ({ ...deb, bodies: join(folder, `${index}`) }));
  const sizes = await Promise.all(packages.map(async ({ path }) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const threads = Math.min(availableParallelism() - 1, MOST_THREADS, Math.floor(total / WORTH_A_THREAD));
  return unpackInThreads(packages, { threads, here: unpackPackage });
}

/** @param here one more that takes part, in this thread */
export async function unpackInThreads(
  packages: PackageToUnpack[],
  { threads, here }: { threads: number; here?: Unpack },
): Promise<UnpackedPackage[]> {
  const file = new URL('./unpack-worker.ts', import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(file, { resourceLimits: THREAD_MEMORY }));
  const idle: Unpack[] = [
    ...workers.map(
      (worker): Unpack =>
        (one) =>
          ask(worker, one),
    ),
    ...(here ? [here] : []),
  ];
  try {
    return await mapInParallel(packages, idle.length, async (one) => {
      const unpack = idle.shift();
      if (!unpack) throw new Error('more packages under way than threads');
      const unpacked = await unpack(one);
      idle.push(unpack);
      return unpacked;
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function ask(worker: Worker, request: PackageToUnpack): Promise<UnpackedPackage> {
  worker.postMessage(request);
  const [answer] = (await once(worker, 'message')) as [UnpackAnswer];
  if ('unpacked' in answer) return answer.unpacked;
  if ('code' in answer) throw fault(answer.code, answer.details);
  throw answer.error instanceof Error ? Object.assign(answer.error, answer.system) : answer.error;
}
