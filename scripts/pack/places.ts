import { readFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const OWN_CODE = /\.ts$/;
const WORKER = /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g;

/**
 * Lets code find its data in the bundle as it does in the sources. The bundle is one folder without subfolders, and data
 * files lie in it by their paths in the repository, so the place of a source file is the bundle's and that path.
 */
export function mendPlaces(repository: string): Plugin {
  return {
    name: 'places',
    setup(build) {
      build.onLoad({ filter: OWN_CODE }, async ({ path }) => {
        const place = relative(repository, path);
        if (place.startsWith('..') || place.includes('node_modules')) return undefined;
        return { contents: mendPlace(await readFile(path, 'utf8'), posix.dirname(place)), loader: 'ts' };
      });
    },
  };
}

/** `folder` is that of the file in the repository. */
export function mendPlace(code: string, folder: string): string {
  return code
    .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${folder}`)})`)
    .replace(WORKER, "new URL('./$1.mjs', import.meta.url)");
}

/** Source files that are started as workers: each is a bundle of its own. */
export async function findWorkers(repository: string, files: string[]): Promise<string[]> {
  const found = files
    .filter((file) => OWN_CODE.test(file))
    .map(async (file) => {
      const code = await readFile(join(repository, file), 'utf8');
      return [...code.matchAll(WORKER)].map((match) => posix.join(posix.dirname(file), `${match[1]}.ts`));
    });
  return (await Promise.all(found)).flat();
}
