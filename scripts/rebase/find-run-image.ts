import { isFault } from '@dema/errors';
import {
  isReference,
  type Platform,
  type PullPolicy,
  parseReference,
  parseRegistryName,
  pinReference,
  withoutDigest,
} from '@dema/oci';
import { type FoundImage, findImage, IN_REGISTRY } from '../destination.ts';
import type { RegistryChoices } from '../registry-destination.ts';
import type { Workplace } from '../workplace.ts';
import type { FoundRunImage } from './run-images.ts';

/** Whether registries are asked: before this machine's images, for what is not here, or not at all. */
export const PULL_POLICIES: PullPolicy[] = ['always', 'if-not-present', 'never'];

export interface RunImageLookup extends RegistryChoices {
  pullPolicy?: PullPolicy;
}

/**
 * A run image by what people type: a place, `docker://NAME` of a registry, or a name, which is looked for in the image store and
 * in the registry that it names; without a host that is Docker's. What a build once pulled (`findPulledImage`) does not count: whoever
 * rebases wants what has changed since, for the platform of each app. Faults: CLI_IMAGE_MISSING, OCI_*.
 */
export async function findRunImage(
  workplace: Workplace,
  name: string,
  { pullPolicy = 'if-not-present', ...choices }: RunImageLookup & { platform?: Platform },
): Promise<FoundRunImage> {
  const here = async () => asRunImage(await findImage(workplace, name, choices));
  const isBare = isReference(withoutDigest(name)) && !name.startsWith(IN_REGISTRY);
  const inRegistry = isBare ? withHost(name) : name.slice(IN_REGISTRY.length);
  const pulled = async () => {
    const found = await findImage(workplace, `${IN_REGISTRY}${inRegistry}`, choices);
    return { ...asRunImage(found), inRegistry };
  };
  if (!isBare) return name.startsWith(IN_REGISTRY) ? pulled() : here();
  if (pullPolicy === 'never') return here();
  if (name !== withoutDigest(name) || (pullPolicy === 'always' && inRegistry === name)) return pulled();
  return here().catch((error) => {
    if (!isFault(error, 'CLI_IMAGE_MISSING')) throw error;
    return pulled();
  });
}

function asRunImage({ image, reference, digest }: FoundImage): FoundRunImage {
  const name = withoutDigest(reference);
  return { image, reference: isReference(name) ? parseReference(name) : name, pinned: pinReference(name, digest) };
}

function withHost(name: string): string {
  try {
    return parseRegistryName(name) && name;
  } catch {
    return `docker.io/${name}`;
  }
}
