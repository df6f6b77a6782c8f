import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWalkthroughPlace, REPOSITORY, run, type WalkthroughPlace, walkThrough } from './walkthrough.ts';

let place: WalkthroughPlace;
beforeAll(async () => {
  place = await makeWalkthroughPlace();
});
afterAll(() => place.remove());

test('docs/authors.md holds from its first command to its last', async () => {
  await walkThrough('authors.md', place, async (step) => {
    if (/buildpack new|launch/.test(step.text)) await checkTypes(place.cwd);
  });
}, 180_000);

/** Against the kit of this repository, whose own mistakes are not looked at here. */
async function checkTypes(cwd: string): Promise<void> {
  const config = {
    extends: join(REPOSITORY, 'tsconfig.json'),
    compilerOptions: {
      typeRoots: [join(REPOSITORY, 'node_modules/@types')],
      paths: { '@dema/*': [join(REPOSITORY, 'shared/*/index.ts')] },
    },
    include: ['lua'],
    exclude: [],
  };
  await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(REPOSITORY, 'node_modules/.bin/tsc');
  const { stdout } = await run(tsc, ['--noEmit'], { cwd }).catch((failed) => failed);
  expect(stdout.split('\n').filter((line: string) => line.startsWith('lua/'))).toEqual([]);
}
