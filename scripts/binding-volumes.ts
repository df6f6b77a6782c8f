import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BUILD_BINDINGS_DIR, checkVolumes, RUN_BINDINGS_DIR, type Volume } from '@dema/engine';
import { hideSecret, parseVcapServices } from '@dema/spec';
import { bindingFolderInvalid } from './faults.ts';

/** What the command line gives a build or an app to see of this machine. */
export interface VolumeChoices {
  volume?: Volume[];
  /** Folders of service bindings: one binding, or a folder of them. */
  binding?: string[];
}

export interface ChosenVolumes {
  volumes: Volume[];
  env: Record<string, string>;
}

/**
 * The volumes with those of the bindings, below the SERVICE_BINDING_ROOT that `env` has, else in the usual folder; that
 * variable is set when a binding is there. Fault ENGINE_VOLUME_INVALID. The secrets are hidden from everything that is printed.
 */
export async function chooseVolumes(
  { volume = [], binding = [] }: VolumeChoices,
  env: Record<string, string>,
  use: 'build' | 'run',
): Promise<ChosenVolumes> {
  const bindingRoot = env.SERVICE_BINDING_ROOT || (use === 'build' ? BUILD_BINDINGS_DIR : RUN_BINDINGS_DIR);
  const bound = await Promise.all(binding.map((folder) => bindingVolumes(resolve(folder), bindingRoot)));
  const volumes = await checkVolumes([...volume, ...bound.flat()], use);
  const bindings = volumes.filter(({ target }) => target === bindingRoot || target.startsWith(`${bindingRoot}/`));
  for (const { source } of bindings) await hideFiles(source);
  await hideServices(env, volumes);
  return { volumes, env: bindings.length > 0 ? { ...env, SERVICE_BINDING_ROOT: bindingRoot } : env };
}

async function bindingVolumes(folder: string, root: string): Promise<Volume[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw bindingFolderInvalid(folder, error.code === 'ENOTDIR' ? 'is a file' : `cannot be read (${error.code})`);
  });
  if (isBinding(names)) return [bindingVolume(folder, root)];
  const below = names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
  const found = await Promise.all(
    below.map(async (path) => ((await isFolder(path)) && isBinding(await readdir(path)) ? path : undefined)),
  );
  const bindings = found.filter((path) => path !== undefined);
  if (bindings.length === 0) throw bindingFolderInvalid(folder, 'holds no binding');
  return bindings.map((path) => bindingVolume(path, root));
}

function isBinding(names: string[]): boolean {
  return names.includes('type') || names.includes('metadata');
}

function bindingVolume(source: string, root: string): Volume {
  return { source, target: `${root}/${basename(source)}`, writable: false };
}

/** Folders of a binding lie two deep at most, and what is larger than a key or a certificate is not text to hide. */
async function hideFiles(path: string, depth = 3): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() && found.size < 65_536 && !['type', 'provider', 'kind'].includes(basename(path))) {
    hideSecret(await readFile(path, 'utf8'));
  }
  if (!found?.isDirectory() || depth === 0) return;
  for (const name of await readdir(path)) await hideFiles(join(path, name), depth - 1);
}

/** Those of Cloud Foundry, in a variable or in a file that a volume brings. */
async function hideServices(env: Record<string, string>, volumes: readonly Volume[]): Promise<void> {
  const { VCAP_SERVICES: text, VCAP_SERVICES_FILE_PATH: path = '' } = env;
  const volume = volumes.find(({ target }) => path === target || path.startsWith(`${target}/`));
  const file = volume && volume.source + path.slice(volume.target.length);
  const texts = [text, file && (await readFile(file, 'utf8').catch(() => ''))];
  for (const one of texts) if (one) hideCredentials(one);
}

/** A text that is no list of services is left to those who read it. */
function hideCredentials(text: string): void {
  try {
    for (const { keys, text: secret } of parseVcapServices(text, 'VCAP_SERVICES')) keys.forEach(secret);
  } catch {}
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
