import { isFault } from '@dema/errors';
import { chooseImage, hasRegistry, type Image, parseReference, withoutDigest } from '@dema/oci';
import type { RunImageReference } from '@dema/spec';
import { runImageOfOtherStack } from './builder-faults.ts';
import { findImageOrIndex, IN_REGISTRY } from './destination.ts';
import type { SourcePlace } from './source-place.ts';

const STACK = 'io.buildpacks.stack.id';
const DISTRO = ['io.buildpacks.base.distro.name', 'io.buildpacks.base.distro.version'];

/**
 * Sentences about run images that cannot be had, or that are of another architecture or distribution than the build image:
 * whoever builds with the builder may see something else. Manifest and configuration are looked at. Fault CLI_BUILDER_CONTRADICTS for one of another
 * stack than the definition names, IMAGE_REFERENCE_INVALID for what can be no name.
 */
export async function checkRunImages(
  runImages: RunImageReference[],
  base: Image,
  { stackId, ...place }: SourcePlace & { stackId?: string },
): Promise<string[]> {
  const names = runImages.flatMap(({ image, mirrors }) => [image, ...mirrors]);
  for (const name of names) parseReference(withoutDigest(name));
  const checked = await Promise.all(
    names.map(async (name) => {
      const found = await findRunImage(name, place);
      if (found === undefined) return [];
      if (typeof found === 'string') return [`the run image ${name} cannot be had: ${found}`];
      const stack = labelOf(found, STACK);
      if (stackId && stack !== stackId) throw runImageOfOtherStack(name, stack, stackId);
      const { architecture } = found.config;
      if (architecture && architecture !== place.architecture)
        return [`the run image ${name} is for ${architecture}, and the builder for ${place.architecture}`];
      const [own, other] = [distroOf(base), distroOf(found)];
      return own && other && own !== other ? [`the run image ${name} is ${other}, and the build image ${own}`] : [];
    }),
  );
  return checked.flat();
}

/** The image, or why there is none; undefined for a name that says no place and stands nowhere here. */
async function findRunImage(name: string, place: SourcePlace): Promise<Image | string | undefined> {
  const { workplace, platform, offline } = place;
  try {
    if (!hasRegistry(name)) {
      const stored = await workplace.images.findImageOrIndex(name);
      return stored && (await chooseImage(stored.found, name, platform));
    }
    if (offline) return undefined;
    const { found } = await findImageOrIndex(workplace, `${IN_REGISTRY}${name}`, place);
    return await chooseImage(found, name, platform);
  } catch (error) {
    if (isFault(error)) return error.problem.replace(/\.$/, '');
    throw error;
  }
}

function distroOf(image: Image): string {
  return DISTRO.map((label) => labelOf(image, label))
    .join(' ')
    .trim();
}

function labelOf({ config: { config } }: Image, label: string): string {
  return config?.Labels?.[label] ?? '';
}
