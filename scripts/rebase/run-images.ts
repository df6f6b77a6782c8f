import { listBuiltIn, readBuilder } from '@dema/builders';
import { findLifecycleMetadata, type NewRunImage } from '@dema/engine';
import { isFault } from '@dema/errors';
import { type Image, isSameReference, parseRegistryName, platformOf, renderPlatform } from '@dema/oci';
import { makeRunImageOf } from '../make-builder.ts';
import { newRunImageMissing, runImageUnknown } from '../rebase-faults.ts';
import { createPreparationReporter } from '../report-preparation.ts';
import type { Workplace } from '../workplace.ts';
import { findRunImage, type RunImageLookup } from './find-run-image.ts';

export interface RunImageChoices extends RunImageLookup {
  /** By name; the one that each app image says it stands on without it and without a builder. */
  runImage?: string;
  /** Builder whose run image is taken, by name or folder. */
  builder?: string;
}

/** A run image for an app image, with the name of what stands in a registry. */
export interface FoundRunImage extends NewRunImage {
  inRegistry?: string;
}

/** Run images for app images, each looked for once. */
export interface RunImages {
  /**
   * The one for the platform of an app image.
   * @param reference name of the app image; a mirror in the same registry goes before others
   */
  find(app: Image, reference: string): Promise<FoundRunImage>;
}

type Wanted = { builder: string } | { name: string };

export function openRunImages(workplace: Workplace, choices: RunImageChoices): RunImages {
  const found = new Map<string, Promise<FoundRunImage>>();
  let builders: Promise<Map<string, string>> | undefined;
  return {
    async find(app, reference) {
      builders ??= readRunImageNames();
      const wanted = determineWanted(app, reference, { ...choices, builders: await builders });
      const platform = platformOf(app);
      const key = JSON.stringify([wanted, renderPlatform(platform)]);
      const known = found.get(key);
      if (known) return known;
      const fresh =
        'builder' in wanted
          ? makeForPlatform(workplace, wanted.builder, app)
          : findNamed(workplace, wanted.name, { ...choices, platform });
      found.set(key, fresh);
      return fresh;
    },
  };
}

function determineWanted(
  app: Image,
  reference: string,
  { runImage, builder, builders }: RunImageChoices & { builders: Map<string, string> },
): Wanted {
  if (runImage !== undefined) return { name: runImage };
  if (builder !== undefined) return { builder };
  const { image, mirrors = [] } = findLifecycleMetadata(app)?.runImage ?? {};
  const names = [...(image ? [image] : []), ...mirrors];
  const own = [...builders].find(([, runImage]) => names.some((name) => isSameReference(name, runImage)));
  if (own) return { builder: own[0] };
  const host = hostOf(reference);
  const name = names.find((one) => host !== undefined && hostOf(one) === host) ?? names[0];
  if (name === undefined) throw runImageUnknown();
  return { name };
}

/** Faults: CLI_NEW_RUN_IMAGE_MISSING, OCI_*. */
async function findNamed(...wanted: Parameters<typeof findRunImage>): Promise<FoundRunImage> {
  try {
    return await findRunImage(...wanted);
  } catch (error) {
    if (!isFault(error, 'CLI_IMAGE_MISSING') && !isFault(error, 'OCI_IMAGE_INVALID')) throw error;
    throw newRunImageMissing(error);
  }
}

/** Names of the run images of built-in builders, by those of the builders. */
async function readRunImageNames(): Promise<Map<string, string>> {
  const all = await Promise.all((await listBuiltIn()).map(async (name) => [name, await readBuilder(name)] as const));
  return new Map(all.flatMap(([name, { runImage }]) => (runImage ? [[name, runImage] as const] : [])));
}

async function makeForPlatform(workplace: Workplace, builder: string, { config }: Image): Promise<FoundRunImage> {
  const { architecture } = config;
  // Of any other the app image is compared with what there is, and refused with the reason.
  const isMade = architecture === 'amd64' || architecture === 'arm64';
  return makeRunImageOf(workplace, builder, {
    env: process.env,
    ...(isMade && { architecture }),
    preparation: createPreparationReporter(process.stderr),
  });
}

function hostOf(reference: string): string | undefined {
  try {
    return parseRegistryName(reference).host;
  } catch {
    return undefined;
  }
}
