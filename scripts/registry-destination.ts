import { findLifecycleMetadata } from '@dema/engine';
import {
  findRemoteDigest,
  type Image,
  isIndex,
  noteKnown,
  type PushContent,
  type PushOptions,
  parseRegistryName,
  pullImageOrIndex,
  pullKnown,
  pushContent,
  pushImage,
  type RegistryConnections,
  type RegistryName,
  type RegistryOptions,
  writeImage,
} from '@dema/oci';
import type { Digest, Store } from '@dema/store';
import type { ImageDestination } from './image-destination.ts';

export interface RegistryChoices {
  /** Registries, as `host` or `host/path`, that may speak plain HTTP or have any certificate; beside CNB_INSECURE_REGISTRIES. */
  insecureRegistry?: string[];
  /** Images that have some of the layers, for instance the one that is sent on. */
  mountFrom?: string[];
  /** As of `PushOptions`. */
  whereIs?: PushOptions['whereIs'];
  replaces?: PushOptions['replaces'];
  /** As of `RegistryOptions`. */
  isFromOrigin?: boolean;
  /** Those of the work that this is part of. */
  connections?: RegistryConnections;
  onBlob?: PushOptions['onBlob'];
  /** Of each blob that is sent. */
  onProgress?: PushOptions['onProgress'];
}

export interface RegistryDestination extends ImageDestination {
  /** What another registry has, as it is there. */
  putContent(reference: string, content: PushContent): Promise<{ digest: Digest }>;
}

/** Images go to the registry that stands at the beginning of their names. */
export function registryDestination(
  store: Store,
  { mountFrom = [], whereIs, replaces, onBlob, onProgress, ...choices }: RegistryChoices = {},
): RegistryDestination {
  const pushOptionsFor = (name: RegistryName, others: (string | undefined)[]) => ({
    ...optionsFor(name),
    mountFrom: repositoriesIn(name, others),
    ...{ whereIs, replaces, onBlob, onProgress },
  });
  const optionsFor = (name: RegistryName) => registryOptions(name, choices);
  const seen = new Map<string, Digest>();
  return {
    async find(reference) {
      const name = parseRegistryName(reference);
      const found = await pullKnown(store, name, optionsFor(name), 'always');
      if (found) seen.set(reference, found.digest);
      return found;
    },
    async findImageOrIndex(reference) {
      const name = parseRegistryName(reference);
      return pullImageOrIndex(store, name, optionsFor(name));
    },
    async put(reference, found) {
      const name = parseRegistryName(reference);
      const before = seen.get(reference);
      const same = before && !isIndex(found) ? (await writeImage(store, found)).manifest : undefined;
      if (same?.digest === before && same && (await isAt(name, same.digest, optionsFor(name)))) return same;
      const images = isIndex(found) ? await Promise.all(found.entries.map((entry) => entry.image())) : [found];
      const pushed = await pushImage(name, found, pushOptionsFor(name, [...mountFrom, ...images.flatMap(runImagesOf)]));
      if (!isIndex(found)) await noteKnown(store, name, found);
      return pushed;
    },
    async putContent(reference, content) {
      const name = parseRegistryName(reference);
      return pushContent(name, content, pushOptionsFor(name, mountFrom));
    },
  };
}

/** Of an image that was there when it was looked for, and has come out the same, nothing need be asked but whether it still is. */
async function isAt(name: RegistryName, digest: Digest, options: RegistryOptions): Promise<boolean> {
  return (await findRemoteDigest(name, { ...options, isFromOrigin: true })) === digest;
}

/** How the registry of a name is spoken to. */
export function registryOptions(
  { host, repository }: Pick<RegistryName, 'host' | 'repository'>,
  {
    insecureRegistry = [],
    connections,
    isFromOrigin,
  }: Pick<RegistryChoices, 'insecureRegistry' | 'connections' | 'isFromOrigin'>,
): RegistryOptions {
  const insecure = [...insecureRegistry, ...(process.env.CNB_INSECURE_REGISTRIES?.split(',') ?? [])].filter(Boolean);
  return {
    env: process.env,
    connections,
    isFromOrigin,
    isInsecure: insecure.some((prefix) => `${host}/${repository}/`.startsWith(`${prefix.replace(/\/+$/, '')}/`)),
  };
}

function runImagesOf(image: Image): (string | undefined)[] {
  const { image: name, mirrors = [] } = findLifecycleMetadata(image)?.runImage ?? {};
  return [name, ...mirrors];
}

/** Repositories of the same registry in which layers are: those of the run image, and of the image that is sent on. */
function repositoriesIn({ host }: RegistryName, names: (string | undefined)[]): string[] {
  const known = names.flatMap((one = '') => {
    try {
      return [parseRegistryName(one)];
    } catch {
      return [];
    }
  });
  return [...new Set(known.filter((one) => one.host === host).map(({ repository }) => repository))];
}
