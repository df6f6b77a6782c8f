import type { BuilderDefinition } from '@dema/builders';
import type { RunImageReference } from '@dema/spec';
import { definitionContradicts } from './builder-faults.ts';

/**
 * The run images of a definition, with their mirrors. `[stack]`, which is older, says the same as `[build]` and `[run]` where both are
 * there. Fault CLI_BUILDER_CONTRADICTS.
 */
export function listRunImages({ folder, run, build, stack }: BuilderDefinition): RunImageReference[] {
  const [first] = run.images;
  if (first && stack?.runImage && first.image !== stack.runImage)
    throw definitionContradicts(folder, '[run]', first.image, stack.runImage);
  if (build.image && stack?.buildImage && build.image !== stack.buildImage)
    throw definitionContradicts(folder, '[build]', build.image, stack.buildImage);
  return first || !stack?.runImage ? run.images : [{ image: stack.runImage, mirrors: stack.runImageMirrors }];
}
