import { type Fault, fault, isFault } from '@dema/errors';
import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import { type Phase, withPhase } from './events.ts';
import * as faults from './faults.ts';

/** Platform specification, "Exit Codes", and what of ours ends with them. */
const TABLE: [number, string, () => Fault][] = [
  [3, 'a folder that is not there', () => faults.appFolderMissing('/app')],
  [3, 'a variable that cannot be one', () => faults.envNameInvalid('a/b')],
  [3, 'an execution environment that is none', () => faults.execEnvInvalid('a/b')],
  [12, 'a Buildpack API that is not known', () => faults.buildpackApiUnsupported('a/b', '0.6')],
  [
    12,
    'a buildpack.toml of an API that is not known',
    () => faultOf(() => parseBuildpackToml('api = "0.13"', 'b.toml')),
  ],
  [20, 'an empty app', () => faults.appFolderEmpty('/app')],
  [20, 'no group that fits', () => faults.nothingDetected([], false)],
  [21, 'no group that fits, and a buildpack that broke', () => faults.nothingDetected([], true)],
  [22, 'an order that names what is not there', () => faults.buildpackMissing('a/b', 'base')],
  [22, 'an order that leads back to itself', () => faults.orderCyclic('a/b')],
  [51, 'a buildpack that fails', () => faults.buildpackFailed('a/b', '1', 5)],
  [52, 'a buildpack that breaks the API', () => faults.buildpackFileInvalid('a/b', 'x')],
  [62, 'a default process that is not there', () => faults.processTypeMissing('web', [], 62)],
  [62, 'a layer to be kept that is not there', () => faults.cachedContentMissing('a/b', 'x')],
  [62, 'a pattern of a slice that is none', () => faults.slicePatternInvalid('[')],
  [82, 'a process to be started that is not there', () => faults.processTypeMissing('web', [])],
];

test.each(TABLE)('exit code %i: %s', (exitCode, _, make) => {
  expect(make().exitCode).toBe(exitCode);
});

test.each<[Phase, number]>([
  ['analyze', 32],
  ['detect', 22],
  ['restore', 42],
  ['build', 52],
  ['export', 62],
])('a failure of %s that has no code of its own ends with %i', async (phase, exitCode) => {
  const full = fault('STORE_DISK_FULL', { problem: 'Full.', fix: 'Empty it.', blame: 'platform', details: ['x'] });
  const failed = await failIn(phase, full);
  expect(failed).toMatchObject({ code: 'STORE_DISK_FULL', problem: 'Full.', details: ['x'], exitCode });
  expect(await failIn(phase, faults.buildpackFailed('a/b', '1', 5))).toMatchObject({ exitCode: 51 });
  expect(await failIn(phase, faults.appUnreadable('/app/x', 'EACCES'))).toMatchObject({ exitCode: 1 });
  const bug = new TypeError('x is undefined');
  expect(await failIn(phase, bug)).toBe(bug);
});

function failIn(phase: Phase, error: unknown): Promise<unknown> {
  return withPhase(phase, { onEvent: () => undefined }, () => Promise.reject(error)).catch((failed) => failed);
}

function faultOf(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (isFault(error)) return error;
  }
  throw new Error('no fault');
}
