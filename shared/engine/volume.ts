import { realpath, stat } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { PLATFORM_DIR } from './builder.ts';
import { volumeInvalid } from './faults.ts';
import type { Mount } from './sandbox.ts';

/** A file or folder of this machine that a build or an app sees. Both paths are absolute. */
export interface Volume {
  source: string;
  target: string;
  writable: boolean;
}

/** Folder of a build in which bindings stand, unless SERVICE_BINDING_ROOT names another one. */
export const BUILD_BINDINGS_DIR = `${PLATFORM_DIR}/bindings`;

/** The same of a running app. */
export const RUN_BINDINGS_DIR = '/bindings';

const MODES: Record<string, boolean> = { ro: false, rw: true };

/** Places that belong to the kernel or to the lifecycle, for a build and for a running app. */
const ALWAYS_TAKEN = ['/proc', '/sys', '/dev', '/cnb', '/layers'];
const TAKEN = { build: [...ALWAYS_TAKEN, '/workspace', PLATFORM_DIR], run: ALWAYS_TAKEN };

/** `HOST:TARGET[:ro|rw]`, to be read unless it says otherwise; HOST is a path. Fault ENGINE_VOLUME_INVALID. */
export function parseVolume(text: string): Volume {
  const [host = '', target = '', mode = 'ro', ...rest] = text.split(':');
  if (host === '' || target === '' || rest.length > 0) throw volumeInvalid(text, 'is not of the form HOST:TARGET');
  const writable = MODES[mode];
  if (writable === undefined) throw volumeInvalid(text, `has the mode "${mode}"; there are ro and rw`);
  if (!host.includes('/') && host !== '.') {
    throw volumeInvalid(text, `names the volume "${host}" of a container engine, and there is none here`);
  }
  if (!target.startsWith('/')) throw volumeInvalid(text, `has the target ${target}, which is not absolute`);
  return { source: resolve(host), target: posix.normalize(target).replace(/(?<=.)\/$/, ''), writable };
}

/** The volumes with their sources as the kernel knows them. Fault ENGINE_VOLUME_INVALID for a source or a target that cannot be. */
export async function checkVolumes(volumes: readonly Volume[], use: 'build' | 'run'): Promise<Volume[]> {
  for (const { source, target } of volumes) {
    const isBinding = use === 'build' && isInside(target, BUILD_BINDINGS_DIR);
    const taken = TAKEN[use].find((folder) => isInside(target, folder));
    if (target === '/' || (taken !== undefined && !isBinding)) {
      throw volumeInvalid(`${source}:${target}`, `would hide ${taken ?? '/'}, which the ${use} itself needs`);
    }
  }
  const twice = volumes.find(({ target }, index) => volumes.findIndex((one) => one.target === target) < index);
  if (twice) throw volumeInvalid(`${twice.source}:${twice.target}`, `has the target of another one`);
  return Promise.all(volumes.map(async (volume) => ({ ...volume, source: await findSource(volume) })));
}

async function findSource({ source, target }: Volume): Promise<string> {
  return realpath(source).catch(() => {
    throw volumeInvalid(`${source}:${target}`, `has no source: there is no file or folder ${source}`);
  });
}

/** In the order of their targets, so that one may lie inside another. */
export function volumeMounts(volumes: readonly Volume[]): Mount[] {
  return volumes.toSorted((left, right) => (left.target < right.target ? -1 : 1));
}

export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
