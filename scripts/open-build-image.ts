import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuilderDefinition, listBuiltIn } from '@dema/builders';
import type { DebianArchitecture } from '@dema/debian';
import type { Image } from '@dema/oci';
import { architectureUnknown, buildImageMissing } from './builder-faults.ts';
import { type MakeBuilderOptions, makeBaseImage } from './make-builder.ts';
import { findSourceImage, parseSource, type SourcePlace } from './source-place.ts';
import { withOriginNamed } from './with-origin-named.ts';

/** As built-in builders call their build images; the word in the middle is the builder. */
const BUILT_IN = /^dema\/build-([a-z]+):trixie$/;

/**
 * The build image that a builder is to stand on: made of the base.toml beside its definition, of that of a built-in or another
 * builder that it names, or an image by any name. Faults: CLI_BUILD_IMAGE_MISSING, CLI_ARGUMENTS_INVALID, OCI_*, and those of its making.
 */
export async function openBuildImage(
  definition: BuilderDefinition,
  place: SourcePlace,
  options: MakeBuilderOptions,
): Promise<Image> {
  const { file, folder, build, stack } = definition;
  const make = (builder: string) =>
    makeBaseImage(place.workplace, builder, 'build', { ...options, architecture: asDebian(place.architecture) });
  if (hasBase(folder)) return make(folder);
  const name = build.image ?? stack?.buildImage;
  if (name === undefined) throw buildImageMissing(folder);
  const builtIn = BUILT_IN.exec(name)?.[1] ?? name;
  if ((await listBuiltIn()).includes(builtIn)) return make(builtIn);
  if (hasBase(resolve(folder, name))) return make(resolve(folder, name));
  return withOriginNamed(`\`${build.image ? '[build] image' : '[stack] build-image'}\` of ${file}`, async () => {
    const found = await findSourceImage(parseSource(name, place), place);
    if (!found) throw buildImageMissing(folder, name);
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
