import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuilderDefinition, listBuiltIn } from '@dema/builders';
import type { DebianArchitecture } from '@dema/debian';
import type { Image } from '@dema/oci';
import { architectureUnknown, buildImageMissing } from './builder-faults.ts';
import type { Locator } from './locator.ts';
import { type MakeBuilderOptions, makeBaseImage } from './make-builder.ts';
import { findSourceImage, parseSource, type SourcePlace } from './source-place.ts';
import { withOriginNamed } from './with-origin-named.ts';

/** As built-in builders call their build images; the word in the middle is the builder. */
const BUILT_IN = /^dema\/build-([a-z]+):trixie$/;

/** A builder whose base.toml it is made of, or an image, with the key that names it. */
export type BuildImageSource = { base: string } | { name: string; locator: Locator; origin: string };

/** What the build image of a definition comes from. Fault CLI_BUILD_IMAGE_MISSING. */
export async function determineBuildImage(definition: BuilderDefinition): Promise<BuildImageSource> {
  const { file, folder, build, stack } = definition;
  if (hasBase(folder)) return { base: folder };
  const name = build.image ?? stack?.buildImage;
  if (name === undefined) throw buildImageMissing(folder);
  const builtIn = BUILT_IN.exec(name)?.[1] ?? name;
  if ((await listBuiltIn()).includes(builtIn)) return { base: builtIn };
  if (hasBase(resolve(folder, name))) return { base: resolve(folder, name) };
  const origin = `\`${build.image ? '[build] image' : '[stack] build-image'}\` of ${file}`;
  return { name, origin, locator: await withOriginNamed(origin, async () => parseSource(name, definition)) };
}

/**
 * The build image that a builder is to stand on: made of the base.toml beside its definition, of that of a built-in or another
 * builder that it names, or an image by any name. Faults: CLI_BUILD_IMAGE_MISSING, CLI_ARGUMENTS_INVALID, OCI_*, and those of its making.
 */
export async function openBuildImage(
  definition: BuilderDefinition,
  place: SourcePlace,
  options: MakeBuilderOptions,
): Promise<Image> {
  const source = await determineBuildImage(definition);
  if ('base' in source) {
    const architecture = asDebian(place.architecture);
    return makeBaseImage(place.workplace, source.base, 'build', { ...options, architecture });
  }
  return withOriginNamed(source.origin, async () => {
    const found = await findSourceImage(source.locator, place);
    if (!found) throw buildImageMissing(definition.folder, source.name);
    return found.image;
  });
}

function hasBase(folder: string): boolean {
  return existsSync(join(folder, 'base.toml'));
}

/** Fault CLI_ARGUMENTS_INVALID. */
export function asDebian(architecture: string): DebianArchitecture {
  if (architecture === 'amd64' || architecture === 'arm64') return architecture;
  throw architectureUnknown(architecture);
}
