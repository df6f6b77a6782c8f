import { isFault } from '@dema/errors';
import { describeContent, type ImageOrIndex, isIndex, parseRegistryName, withoutDigest } from '@dema/oci';
import type { Digest } from '@dema/store';
import { findImageOrIndex, IN_REGISTRY } from '../destination.ts';
import type { FoundContent } from '../image-destination.ts';
import { packagesLost } from '../rebase-faults.ts';
import { type RegistryChoices, registryDestination } from '../registry-destination.ts';
import type { Workplace } from '../workplace.ts';
import type { BaseCarriers } from './base-carriers.ts';
import type { BaseLookup } from './base-packages.ts';
import { namesOfLost, type PackageChange } from './package-changes.ts';
import { type RebasedContent, rebaseContent } from './rebase-content.ts';
import type { RunImages } from './run-images.ts';

/** What the rebases of one command share. */
export interface RebaseWork {
  workplace: Workplace;
  runImages: RunImages;
  bases: BaseLookup;
  registry: RegistryChoices;
  carriers: BaseCarriers;
  /** Rebases though the two images do not say that they fit, or packages get lost. */
  force?: boolean;
  /** Writes nothing. */
  isDryRun?: boolean;
}

export interface RebasedImage {
  reference: string;
  digest: Digest;
  before: Digest;
  /** Distribution packages of the run image, as far as both images say what they hold. */
  packages: PackageChange[];
  /** Whether both images say what they hold. */
  arePackagesKnown: boolean;
  /** Bytes of layers that had to be sent to a registry. */
  sent?: number;
  /** Why it was left as it was. */
  leftAlone?: string;
}

export interface RebaseTarget {
  /** Names that the result gets instead of the one that the image has. */
  tags?: string[];
  /** Called before anything is written; the reason that it gives leaves the image alone. */
  decide?: (planned: RebasedImage) => Promise<string | undefined>;
}

/**
 * Puts an image, or every image of an index, on another run image, under the same name. Nothing is written when it stands on that
 * one. In a registry manifests and configurations are read and written; layers of the run image are mounted where it is in the same registry.
 */
export async function rebaseNamed(work: RebaseWork, name: string, target: RebaseTarget = {}): Promise<RebasedImage> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await rebaseOnce(work, name, target);
    } catch (error) {
      // Somebody has just built another image under that name: that one is to be rebased.
      if (tries === MOST_TRIES || !isFault(error, 'OCI_REGISTRY_TAG_TAKEN')) throw error;
    }
  }
}

const MOST_TRIES = 3;

async function rebaseOnce(work: RebaseWork, name: string, target: RebaseTarget): Promise<RebasedImage> {
  const content = await findImageOrIndex(work.workplace, name, { ...work.registry, isFromOrigin: true });
  const { reference, found } = content;
  const rebased = await rebaseContent(found, {
    runImageFor: (app) => work.runImages.find(app, reference),
    packagesOf: (app) => work.bases.find(app, reference),
    force: work.force,
  });
  const { packages, arePackagesKnown } = rebased;
  const before = content.digest ?? (await describeContent(found)).digest;
  const tags = target.tags ?? [reference];
  if (rebased.isCurrent && target.tags === undefined)
    return { reference, digest: before, before, packages, arePackagesKnown };
  const { digest } = await describeContent(rebased.found);
  const planned = { reference: tags[0] ?? reference, digest, before, packages, arePackagesKnown };
  const leftAlone = await target.decide?.(planned);
  if (leftAlone !== undefined) return { ...planned, digest: before, leftAlone };
  const lost = namesOfLost(packages);
  if (lost.length > 0 && !work.force) throw packagesLost(lost);
  if (work.isDryRun) return planned;
  if (!name.startsWith(IN_REGISTRY)) {
    for (const tag of tags) await content.images.put(tag, rebased.found);
    return planned;
  }
  let sent = 0;
  for (const tag of tags) {
    sent += await putInRegistry(work, content, rebased, tag);
  }
  return { ...planned, ...(sent > 0 && { sent }) };
}

/** Gives how many bytes of layers were sent. */
async function putInRegistry(
  { workplace, registry, carriers }: RebaseWork,
  { reference, found, digest: before }: FoundContent,
  { found: rebased, runImages }: RebasedContent,
  tag: string,
): Promise<number> {
  const target = parseRegistryName(tag);
  const source = parseRegistryName(reference);
  const isSame = source.host === target.host && source.repository === target.repository;
  const layers = await layersOf(rebased);
  const there = isSame ? await layersOf(found) : new Set();
  const { digest } = await describeContent(rebased);
  const isTag = !target.reference.startsWith('sha256:');
  const name = isTag ? tag : `${withoutDigest(tag)}@${digest}`;
  const ofBase = runImages.flatMap((one) => (one.inRegistry ? [one.inRegistry] : []));
  const isMountable = ofBase.some((one) => parseRegistryName(one).host === target.host);
  let sent = 0;
  const put = async (mountFrom: string[]) => {
    const images = registryDestination(workplace.store, {
      ...registry,
      mountFrom: [...(isMountable ? ofBase : []), ...mountFrom, reference],
      replaces: isTag && tag === reference ? before : undefined,
      // What is no layer is a configuration that did not exist before.
      whereIs: (one) => (there.has(one) ? 'there' : layers.has(one) ? 'elsewhere' : 'new'),
      onBlob(blob) {
        if (blob.how === 'sent' && layers.has(blob.digest)) sent += blob.size;
      },
    });
    await images.put(name, rebased);
  };
  if (isMountable) await put([]);
  else await carriers.run(`${target.host} ${runImages.map(({ pinned }) => pinned)}`, name, put);
  return sent;
}

async function layersOf(found: ImageOrIndex): Promise<Set<string>> {
  const images = isIndex(found) ? await Promise.all(found.entries.map((entry) => entry.image())) : [found];
  const layers = images.flatMap((image) => image.layers);
  return new Set((await Promise.all(layers.map((layer) => layer.descriptor()))).map(({ digest }) => digest));
}
