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

/** Unpacks packages into a folder, on as many processors as there are: it is xz that takes the time. */
export async function unpackPackages(
  debs: { name: string; path: string }[],
  folder: string,
): Promise<UnpackedPackage[]> {
  const packages = debs.map((deb, index) => ({ ...deb, bodies: join(folder, `${index}`) }));
  const sizes = await Promise.all(packages.map(async ({ path }) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const threads = Math.min(availableParallelism(), Math.floor(total / WORTH_A_THREAD));
  return threads < 2 ? mapInParallel(packages, 1, unpackPackage) : unpackInThreads(packages, threads);
}

export async function unpackInThreads(packages: PackageToUnpack[], threads: number): Promise<UnpackedPackage[]> {
  const file = new URL('./unpack-worker.ts', import.meta.url);
  const idle = Array.from({ length: threads }, () => new Worker(file));
  const workers = [...idle];
  try {
    return await mapInParallel(packages, threads, async (one) => {
      const worker = idle.pop();
      if (!worker) throw new Error('more packages under way than threads');
      const unpacked = await ask(worker, one);
      idle.push(worker);
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
