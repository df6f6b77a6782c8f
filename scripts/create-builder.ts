import type { BuilderDefinition } from '@dema/builders';
import { type BuilderLifecycle, type BuildpackFolder, composeBuilder } from '@dema/engine';
import type { Image } from '@dema/oci';
import { lifecycleVersionOnly } from './builder-faults.ts';
import { makeBuilderModules } from './builder-modules.ts';
import { checkRunImages } from './check-run-images.ts';
import { listRunImages } from './list-run-images.ts';
import { buildConfigFiles, type MakeBuilderOptions } from './make-builder.ts';
import { nameArchitecture } from './name-architecture.ts';
import { openBuildImage } from './open-build-image.ts';
import { openFittingLifecycle } from './open-lifecycle.ts';
import { openLocations } from './open-locations.ts';
import { openInTurn, openTogether } from './open-together.ts';
import type { SourcePlace } from './source-place.ts';
import { VERSION } from './version.ts';
import { withOriginNamed } from './with-origin-named.ts';

export interface CreateBuilderOptions extends MakeBuilderOptions {
  /** Addresses, relative to this folder, of which the one for the architecture is taken instead of what the definition says. */
  lifecycles: string[];
  /** Take the place of those of the definition: the first is the run image, the others its mirrors. */
  runImages: string[];
  labels: Record<string, string>;
  onWarning: (sentence: string) => void;
}

/**
 * Builder images out of one definition, one for each architecture (Go's names). Same definition and same sources, same digests.
 * Faults: those of what it names, ENGINE_BUILDER_INCOHERENT, ENGINE_BUILD_IMAGE_INVALID.
 */
export async function createBuilders(
  definition: BuilderDefinition,
  place: Omit<SourcePlace, 'architecture' | 'file' | 'folder' | 'platform'>,
  architectures: string[],
  options: CreateBuilderOptions,
): Promise<Image[]> {
  const places = architectures.map((architecture) => {
    const platform = { os: 'linux', architecture };
    return { ...place, folder: definition.folder, file: definition.file, architecture, platform, isForOthers: true };
  });
  // What is most easily wrong comes first: base images take their time.
  const opened = await openInTurn(places, (one) => openParts(definition, one, options));
  return openInTurn(opened, (parts) => {
    const { preparation } = options;
    const { architecture } = parts.place;
    const named = places.length > 1 ? nameArchitecture(architecture, preparation) : preparation;
    return createBuilder(definition, parts, { ...options, preparation: named });
  });
}

/** What others made, as it is to go into a builder. */
interface Parts {
  place: SourcePlace;
  lifecycle: BuilderLifecycle | undefined;
  buildpacks: BuildpackFolder[];
  extensions: BuildpackFolder[];
}

async function openParts(
  definition: BuilderDefinition,
  place: SourcePlace,
  options: CreateBuilderOptions,
): Promise<Parts> {
  const [lifecycle, buildpacks, extensions] = await Promise.all([
    openLifecycleOf(definition, place, options),
    openLocations(definition.buildpacks, 'buildpack', place),
    openLocations(definition.extensions, 'extension', place),
  ]);
  return { place, lifecycle, buildpacks, extensions };
}

async function createBuilder(
  definition: BuilderDefinition,
  { place, lifecycle, ...parts }: Parts,
  options: CreateBuilderOptions,
): Promise<Image> {
  const { description = '', order, orderExtensions, system, stack, build, folder } = definition;
  const [runImage, ...mirrors] = options.runImages;
  const named = listRunImages(definition);
  const runImages = runImage === undefined ? named : [{ image: runImage, mirrors }];
  const [base, buildpacks, extensions] = await openTogether([
    openBuildImage(definition, place, options),
    makeBuilderModules(parts.buildpacks, 'buildpack', place, options),
    makeBuilderModules(parts.extensions, 'extension', place, options),
  ]);
  const warnings = await checkRunImages(runImages, base, { ...place, stackId: stack?.id });
  for (const warning of warnings) options.onWarning(warning);
  return composeBuilder({
    ...{ store: place.workplace.store, name: folder, description, architecture: place.architecture, base },
    ...{ buildpacks, extensions, order, orderExtensions, system, runImages, lifecycle },
    stack: stack && { id: stack.id, runImage: stack.runImage ? runImages[0] : undefined },
    buildConfig: build.env.flatMap(buildConfigFiles),
    createdBy: { name: 'Dema', version: VERSION },
    labels: options.labels,
  });
}

/** Options count from the folder that the command runs in, the definition from its own. */
async function openLifecycleOf(
  { file, lifecycle }: BuilderDefinition,
  place: SourcePlace,
  { lifecycles }: CreateBuilderOptions,
): Promise<BuilderLifecycle | undefined> {
  const here = { ...place, folder: process.cwd() };
  if (lifecycles.length > 0) return withOriginNamed('`--lifecycle`', () => openFittingLifecycle(lifecycles, here));
  if (lifecycle?.version !== undefined) throw lifecycleVersionOnly(lifecycle.version);
  const { uri } = lifecycle ?? {};
  return uri ? withOriginNamed(`\`[lifecycle] uri\` of ${file}`, () => openFittingLifecycle([uri], place)) : undefined;
}
