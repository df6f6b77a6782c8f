import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { type LaunchPlace, openLaunchPlace } from './launch-place.ts';
import { type LaunchCase, type Started, startCase } from './start-case.ts';

let place: LaunchPlace;
beforeAll(async () => {
  place = await openLaunchPlace();
});
afterAll(() => removeFolder(place.root));

test.each(await readCases<LaunchCase, Started>('launcher'))('launcher: $name', async ({ given, golden }) => {
  expect(await startCase(given, place.launcher, await place.makeFolder())).toEqual(golden);
});
