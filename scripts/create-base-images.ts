import { readBaseNames } from '@dema/builders';
import type { DebianArchitecture } from '@dema/debian';
import { createIndex, hasRegistry, type Image, parseReference } from '@dema/oci';
import { findBasePackages } from '@dema/spec';
import type { Digest } from '@dema/store';
import { baseImagesUnnamed } from './builder-faults.ts';
import { openDestination } from './destination.ts';
import { type MakeBuilderOptions, makeBaseImage } from './make-builder.ts';
import { nameArchitecture } from './name-architecture.ts';
import { openInTurn } from './open-together.ts';
import type { RegistryChoices } from './registry-destination.ts';
import type { Workplace } from './workplace.ts';

/** The two images of a base, in the order in which they are made. */
export const ROLES = ['build', 'run'] as const;

export interface CreateBaseOptions extends MakeBuilderOptions, RegistryChoices {
  roles: readonly (typeof ROLES)[number][];
  /** With several the result is an index. */
  architectures: readonly DebianArchitecture[];
  /** `store`, `daemon`, `registry`, `oci:DIR` or `archive:FILE`. */
  output: string;
  /** Name instead of that of the base. */
  tag?: string;
}

export interface CreatedImage {
  image: (typeof ROLES)[number];
  reference: string;
  /** Of the index where there are several architectures. */
  digest: Digest;
  output: string;
  platforms: { architecture: DebianArchitecture; packages: number; size: number }[];
}

/** Makes base images, and puts them where they are wanted once all are made. Faults: CLI_ARGUMENTS_INVALID, those of its making. */
export async function* createBaseImages(
  workplace: Workplace,
  name: string,
  options: CreateBaseOptions,
): AsyncGenerator<CreatedImage> {
  const { roles, architectures, preparation } = options;
  const places = await determinePlaces(workplace, name, options);
  const wanted = roles.flatMap((role) => architectures.map((architecture) => ({ role, architecture })));
  const made = await openInTurn(wanted, async ({ role, architecture }) => {
    const named = architectures.length > 1 ? nameArchitecture(architecture, preparation) : preparation;
    return {
      role,
      image: await makeBaseImage(workplace, name, role, { ...options, architecture, preparation: named }),
    };
  });
  for (const { role, reference, output, destination } of places) {
    const images = made.flatMap((one) => (one.role === role ? [one.image] : []));
    const [only] = images;
    const { digest } = await destination.put(reference, only && images.length === 1 ? only : createIndex(images));
    yield { image: role, reference, digest, output, platforms: await Promise.all(images.map(describePlatform)) };
  }
}

/** Says what is wrong with a name or a place before the work begins. */
async function determinePlaces(workplace: Workplace, name: string, options: CreateBaseOptions) {
  const { roles } = options;
  const names = await readBaseNames(name);
  const isOne = roles.length === 1;
  const places = roles.map((role) => {
    const reference = options.tag === undefined ? names[role] : parseReference(ofRole(options.tag, role, isOne));
    const output = isOne ? options.output : outputOfRole(options.output, role);
    if (output === 'registry' && !hasRegistry(reference)) {
      throw baseImagesUnnamed(options.tag ?? (isOne ? reference : withoutRole(reference)));
    }
    return { role, reference, output, destination: openDestination(workplace, output, options) };
  });
  for (const { destination, reference } of places) await destination.find(reference);
  return places;
}

/** `example/base:13` is `example/base-run:13` of the run image; that of one image alone is its whole name. */
function ofRole(tag: string, role: string, isOne: boolean): string {
  return isOne ? tag : tag.replace(/(:[^:/]*)?$/, (ending) => `-${role}${ending}`);
}

/** The tag of which `ofRole` makes the names of both images: `dema/tiny:trixie` of `dema/run-tiny:trixie`. */
function withoutRole(reference: string): string {
  return reference.replace(/(^|\/)(build|run)-(?=[^/]+$)/, '$1');
}

/** `archive:base.tar` of both images is `archive:base-build.tar` and `archive:base-run.tar`. */
function outputOfRole(output: string, role: string): string {
  return /^[a-z-]+:/.test(output) ? output.replace(/(\.[a-z]+)?$/, (ending) => `-${role}${ending}`) : output;
}

async function describePlatform({ config, layers }: Image): Promise<CreatedImage['platforms'][number]> {
  const descriptors = await Promise.all(layers.map((layer) => layer.descriptor()));
  return {
    architecture: config.architecture as DebianArchitecture,
    packages: findBasePackages(config.config?.Labels ?? {})?.size ?? 0,
    size: descriptors.reduce((sum, { size }) => sum + size, 0),
  };
}
