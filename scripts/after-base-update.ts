import { listBuiltIn, readBaseNames } from '@dema/builders';
import { hasRegistry } from '@dema/oci';
import { ownName, quoteWord } from './own-name.ts';

/**
 * What comes after the locks of base images have moved, a sentence for each way: the run image of a built-in one is made when images
 * are put on it, any other stands where its name says until it is made anew.
 * @param names as `dema base update` takes them
 */
export async function describeNextSteps(names: string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const builtIn = await listBuiltIn();
  const rebase = `\`${ownName(env)} rebase IMAGE...\``;
  const steps = await Promise.all(
    names.map(async (name) => {
      if (builtIn.includes(name)) return `${rebase} puts images on the run image that is made of them`;
      const create = `${ownName(env)} base create ${quoteWord(name)}`;
      return (await isPublished(name))
        ? `\`${create} --publish\`, with \`--arch\` as before, sends the images anew; then ${rebase} puts others on them`
        : `\`${create}\` makes the images anew, with \`--publish --tag NAME\` in a registry; then ${rebase} puts others on them`;
    }),
  );
  return [...new Set(steps)];
}

async function isPublished(name: string): Promise<boolean> {
  // A definition that is wrong is told by the step itself: the locks have moved.
  const names = await readBaseNames(name).catch(() => undefined);
  return names !== undefined && hasRegistry(names.run);
}
