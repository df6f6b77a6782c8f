import {
  hasRegistry,
  type Image,
  isReference,
  type PullPolicy,
  parseRegistryName,
  pinReference,
  pullKnown,
  withoutDigest,
} from '@dema/oci';
import { type FoundImage, findImage, IN_REGISTRY, isPlaceName } from './destination.ts';
import { registryImageMissing } from './faults.ts';
import { type RegistryChoices, registryOptions } from './registry-destination.ts';
import type { Workplace } from './workplace.ts';

/** How images that a build needs are looked for. */
export interface PullChoices extends RegistryChoices {
  /** Without one `always`. */
  pullPolicy?: PullPolicy;
  /** Asks no registry, whatever the policy. */
  offline?: boolean;
}

/** An image with the name by which others can ask for just this one. */
export interface PulledImage {
  /** Under which it was found. */
  reference: string;
  image: Image;
  /** `name@digest`. */
  pinned: string;
}

/** Names of Docker's own registry are known without its host; the lifecycle writes them so. */
const DOCKER_HOST = 'index.docker.io';

/**
 * An image that a build needs, by what people type to this tool or to pack: a place, `docker://NAME`, the name of a registry's
 * image, which the store knows from then on, or a name of the image store. A name without a host is one of the image store, else
 * one of Docker's registry. Faults: CLI_IMAGE_MISSING, OCI_*.
 */
export async function findPulledImage(workplace: Workplace, name: string, choices: PullChoices): Promise<PulledImage> {
  const inRegistry = name.startsWith(IN_REGISTRY) ? name.slice(IN_REGISTRY.length) : undefined;
  const isLocal = inRegistry === undefined && (isPlaceName(name) || !isReference(withoutDigest(name)));
  if (isLocal) return pin(await findImage(workplace, name, choices));
  const wanted = inRegistry ?? name;
  const isHosted = hasRegistry(wanted);
  const findStored = () => (inRegistry ? undefined : findInStore(workplace, wanted));
  const found = isHosted
    ? ((await pull(workplace, wanted, choices)) ?? (await findStored()))
    : ((await findStored()) ?? (wanted.includes('/') && (await pull(workplace, `${DOCKER_HOST}/${wanted}`, choices))));
  if (found) return found;
  if (isHosted) throw registryImageMissing(wanted);
  return pin(await findImage(workplace, wanted, choices));
}

/** An image to be run, which need not be the newest of its name: of the image store, else of a registry that its name begins with. */
export async function findStoredOrPulled(
  workplace: Workplace,
  name: string,
  choices: PullChoices,
): Promise<PulledImage> {
  const isName = !name.startsWith(IN_REGISTRY) && !isPlaceName(name) && isReference(withoutDigest(name));
  const stored = isName ? await findInStore(workplace, name) : undefined;
  if (stored) return stored;
  return isName && !hasRegistry(name)
    ? pin(await findImage(workplace, name, choices))
    : findPulledImage(workplace, name, choices);
}

async function findInStore({ images }: Workplace, name: string): Promise<PulledImage | undefined> {
  const found = await images.find(withoutDigest(name));
  return found && pin(found);
}

async function pull(
  { store }: Workplace,
  reference: string,
  { pullPolicy = 'always', offline, ...choices }: PullChoices,
): Promise<PulledImage | undefined> {
  const name = parseRegistryName(reference);
  const found = await pullKnown(store, name, registryOptions(name, choices), offline ? 'never' : pullPolicy);
  return found && pin({ ...found, reference });
}

function pin({ reference, image, digest }: Pick<FoundImage, 'reference' | 'image' | 'digest'>): PulledImage {
  return { reference, image, pinned: pinReference(reference, digest) };
}

/** The host of a registry's image; Docker's own for a name without one. */
export function registryOf(name: string): string {
  return hasRegistry(name) ? parseRegistryName(name).host : 'docker.io';
}
