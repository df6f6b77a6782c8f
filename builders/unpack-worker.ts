import { parentPort } from 'node:worker_threads';
import { isFault } from '@dema/errors';
import { type PackageToUnpack, type UnpackedPackage, unpackPackage } from './unpack-package.ts';

export type UnpackAnswer =
  | { unpacked: UnpackedPackage }
  /** An error loses its class on the way between threads; the parts of a fault are kept apart from it. */
  | { error: unknown; code?: string; details?: Parameters<typeof import('@dema/errors').fault>[1] };

async function answer(request: PackageToUnpack): Promise<UnpackAnswer> {
  try {
    return { unpacked: await unpackPackage(request) };
  } catch (error) {
    if (!isFault(error)) return { error };
    const { code, problem, fix, blame, details, exitCode } = error;
    return { error: undefined, code, details: { problem, fix, blame, details, exitCode } };
  }
}

parentPort?.on('message', async (request: PackageToUnpack) => parentPort?.postMessage(await answer(request)));
