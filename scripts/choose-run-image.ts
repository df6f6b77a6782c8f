import { listBuiltIn } from '@dema/builders';
import type { Builder } from '@dema/engine';
import { isFault } from '@dema/errors';
import type { RunImageReference } from '@dema/spec';
import { findPulledImage, type PullChoices, registryOf } from './find-pulled-image.ts';
import { runImageMissing } from './image-faults.ts';
import { type MakeBuilderOptions, makeRunImageOf } from './make-builder.ts';
import type { Workplace } from './workplace.ts';

export interface RunImageChoices extends PullChoices, MakeBuilderOptions {
  /** Name of the image to stand on instead of the builder's. */
  runImage?: string;
  /** Host of the registry that the finished image goes to. */
  outputRegistry?: string;
}

type RunImage = Builder['runImage'];

/**
 * The run image of a builder image, or its first mirror that is there; one in the registry that the finished image goes to comes
 * first, without such a registry one beside the builder. App images know it by the name that the builder has for it, with all
 * mirrors. Faults: CLI_RUN_IMAGE_MISSING, CLI_IMAGE_MISSING, OCI_*.
 */
export async function chooseRunImage(
  workplace: Workplace,
  builder: { name: string; runImages: readonly RunImageReference[] },
  choices: RunImageChoices,
): Promise<RunImage> {
  const asked = choices.runImage;
  if (asked !== undefined) {
    const known = builder.runImages.find(({ image, mirrors }) => [image, ...mirrors].includes(asked));
    return { ...(await findRunImage(workplace, asked, choices)), ...(known && labelled(known)) };
  }
  const [named] = builder.runImages;
  if (named === undefined) throw runImageMissing(builder.name, []);
  const registry = choices.outputRegistry ?? registryOf(builder.name);
  const names = [named.image, ...named.mirrors];
  const isNear = (name: string) => registryOf(name) === registry;
  const problems: string[] = [];
  for (const name of [...names.filter(isNear), ...names.filter((one) => !isNear(one))]) {
    try {
      return { ...(await findRunImage(workplace, name, choices)), ...labelled(named) };
    } catch (error) {
      if (!isFault(error)) throw error;
      problems.push(`${name}: ${error.problem}`);
    }
  }
  throw runImageMissing(builder.name, problems);
}

function labelled({ image: reference, mirrors }: RunImageReference): Pick<RunImage, 'reference' | 'mirrors'> {
  return { reference, mirrors };
}

/** An image to stand on. It has no mirrors, and is known by its own name. That of a built-in builder is made. */
async function findRunImage(workplace: Workplace, name: string, choices: RunImageChoices): Promise<RunImage> {
  const builtIn = await findBuiltIn(workplace, name, choices);
  if (builtIn) return { ...builtIn, mirrors: [] };
  const { image, reference, pinned } = await findPulledImage(workplace, name, choices);
  return { image, reference, pinned, mirrors: [] };
}

/** Nobody publishes the run images of built-in builders under the names that app images know them by. */
async function findBuiltIn(workplace: Workplace, name: string, choices: RunImageChoices) {
  const [, builder = ''] = /^dema\/run-([a-z]+):trixie$/.exec(name) ?? [];
  const isBuiltIn = (await listBuiltIn()).includes(builder) && !(await workplace.images.find(name));
  return isBuiltIn ? makeRunImageOf(workplace, builder, choices) : undefined;
}
