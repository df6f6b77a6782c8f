import { parentPort } from 'node:worker_threads';
import { isFault } from '@dema/errors';
import { type PackageToUnpack, type UnpackedPackage, unpackPackage } from './unpack-package.ts';

export type UnpackAnswer =
  | { unpacked: UnpackedPackage }
  /** An error loses its class and its fields on the way between threads; those of a fault, or of the system, are kept apart from it. */
  | { error: unknown; system?: object }
  | { code: string; details: Parameters<typeof import('@dema/errors').fault>[1] };

async function answer(request: PackageToUnpack): Promise<UnpackAnswer> {
  try {
    return { unpacked: await unpackPackage(request) };
  } catch (error) {
    if (!isFault(error)) return { error, system: error instanceof Error ? { ...error } : undefined };
    const { code, problem, fix, blame, details, exitCode } = error;
    return { code, details: { problem, fix, blame, details, exitCode } };
  }
}

parentPort?.on('message', async (request: PackageToUnpack) => parentPort?.postMessage(await answer(request)));
