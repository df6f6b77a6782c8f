import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { makeWalkthroughPlace, REPOSITORY, type WalkthroughPlace, walkThrough } from './walkthrough.ts';

let place: WalkthroughPlace;
beforeAll(async () => {
  place = await makeWalkthroughPlace();
  await symlink(join(REPOSITORY, 'test'), join(place.cwd, 'test'));
});
afterAll(() => place.remove());

test('docs/start.md holds from its first command to its last', async () => {
  await walkThrough('start.md', place);
}, 180_000);
