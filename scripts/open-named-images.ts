import { type BuilderDefinition, makesOwnImage } from '@dema/builders';
import { type Builder, readBuildImage } from '@dema/engine';
import { determineArchitecture } from './architecture.ts';
import { buildImageMissing } from './builder-faults.ts';
import { chooseRunImage, type RunImageChoices } from './choose-run-image.ts';
import { IN_REGISTRY } from './destination.ts';
import { findPulledImage } from './find-pulled-image.ts';
import { listRunImages } from './list-run-images.ts';
import { describeBuildImage, makeBaseImage } from './make-builder.ts';
import { determineBuildImage } from './open-build-image.ts';
import { findSourceImage } from './source-place.ts';
import { tellOfUnpacking } from './tell-of-unpacking.ts';
import { withOriginNamed } from './with-origin-named.ts';
import type { Workplace } from './workplace.ts';

/**
 * The images for a build with a definition that are not made of packages: those that it names, and the run image that was asked for.
 * What a registry has is known to later builds. Faults: CLI_BUILD_IMAGE_MISSING, CLI_RUN_IMAGE_MISSING, ENGINE_BUILD_IMAGE_INVALID, OCI_*.
 */
export async function openNamedImages(
  workplace: Workplace,
  definition: BuilderDefinition,
  options: RunImageChoices,
): Promise<Partial<Pick<Builder, 'buildImage' | 'runImage'>>> {
  const { file, folder } = definition;
  const [ownBuild, ownRun] = [await makesOwnImage(file, 'build'), await makesOwnImage(file, 'run')];
  const isRunMade = ownRun && options.runImage === undefined;
  const runImages = ownRun ? [] : listRunImages(definition);
  const [buildImage, runImage] = await Promise.all([
    ownBuild || options.isContainer ? undefined : openNamedBuildImage(workplace, definition, options),
    isRunMade ? undefined : chooseRunImage(workplace, { name: folder, runImages }, options),
  ]);
  return { buildImage, runImage };
}

async function openNamedBuildImage(
  workplace: Workplace,
  definition: BuilderDefinition,
  options: RunImageChoices,
): Promise<Builder['buildImage']> {
  const { file, folder } = definition;
  const source = await determineBuildImage(definition);
  if ('base' in source) return describeBuildImage(await makeBaseImage(workplace, source.base, 'build', options));
  const { locator } = source;
  const architecture = options.architecture ?? determineArchitecture();
  const place = { ...options, workplace, file, folder, architecture, platform: { os: 'linux', architecture } };
  return withOriginNamed(source.origin, async () => {
    const isPulled = locator.kind === 'image' && locator.name.startsWith(IN_REGISTRY);
    const found = isPulled
      ? await findPulledImage(workplace, locator.name, options)
      : await findSourceImage(locator, place);
    if (!found) throw buildImageMissing(folder, source.name);
    const { store } = workplace;
    const told = { image: found.image, name: source.name, preparation: options.preparation };
    return tellOfUnpacking(store, told, () => readBuildImage(store, found.image, folder));
  });
}
