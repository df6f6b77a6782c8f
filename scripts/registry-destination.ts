import { type Destination, findLifecycleMetadata } from '@dema/engine';
import { type Image, type PushOptions, parseRegistryName, pullImage, pushImage, type RegistryName } from '@dema/oci';
import type { Store } from '@dema/store';

export interface RegistryChoices {
  /** Registries, as `host` or `host/path`, that may speak plain HTTP or have any certificate; beside CNB_INSECURE_REGISTRIES. */
  insecureRegistry?: string[];
  /** An image that has the same layers, for instance because it is the one that is sent on. */
  mountFrom?: string;
  onBlob?: PushOptions['onBlob'];
}

/** Images go to the registry that stands at the beginning of their names. */
export function registryDestination(
  store: Store,
  { insecureRegistry = [], mountFrom, onBlob }: RegistryChoices = {},
): Destination {
  const insecure = [...insecureRegistry, ...(process.env.CNB_INSECURE_REGISTRIES?.split(',') ?? [])].filter(Boolean);
  const optionsFor = ({ host, repository }: RegistryName) => ({
    env: process.env,
    isInsecure: insecure.some((prefix) => `${host}/${repository}/`.startsWith(`${prefix.replace(/\/+$/, '')}/`)),
  });
  return {
    async find(reference) {
      const name = parseRegistryName(reference);
      return pullImage(store, name, optionsFor(name));
    },
    async put(reference, image) {
      const name = parseRegistryName(reference);
      return pushImage(name, image, { ...optionsFor(name), mountFrom: repositoriesOf(name, mountFrom, image), onBlob });
    },
  };
}

/** Repositories of the same registry in which layers are: those of the run image, and of the image that is sent on. */
function repositoriesOf({ host }: RegistryName, other: string | undefined, image: Image): string[] {
  const { image: name = '', mirrors = [] } = findLifecycleMetadata(image)?.runImage ?? {};
  const names = [name, ...mirrors, other ?? ''].flatMap((one) => {
    try {
      return [parseRegistryName(one)];
    } catch {
      return [];
    }
  });
  return [...new Set(names.filter((one) => one.host === host).map(({ repository }) => repository))];
}
