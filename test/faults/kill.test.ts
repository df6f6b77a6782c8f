import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mountsOf, waitForNone } from './leftovers.ts';
import { type FaultPlace, forgetBaseImages, makeFaultPlace, removeRuntimes, writeLargeApp } from './place.ts';
import { BIN, type BuildEvent, digestOf, eventsOf, startProgram } from './run-program.ts';

const PACKAGES = 12;
const TRIES = 5;

type Prepare = (place: FaultPlace, args: string[]) => Promise<unknown>;

let shared: FaultPlace;
let apps: Record<'large' | 'node', string[]>;
const digests: Record<string, unknown> = {};

beforeAll(async () => {
  shared = await makeFaultPlace();
  apps = {
    large: [...(await writeLargeApp(shared.folder)), '--tag', 'killed'],
    node: [join(import.meta.dirname, '../apps/nodejs/http'), '--tag', 'killed'],
  };
  const other = await makeFaultPlace();
  for (const [name, args] of Object.entries(apps)) digests[name] = digestOf(await other.build(args));
  await other.remove();
});

afterAll(() => shared.remove());

const withoutBase: Prepare = ({ cache }) => forgetBaseImages(cache, PACKAGES);
const withoutRuntime: Prepare = ({ cache }) => removeRuntimes(cache);
const builtBefore: Prepare = (place, args) => place.build(args);

const is =
  (type: string, fields: Record<string, unknown> = {}) =>
  (event: BuildEvent) =>
    event.type === type && Object.entries(fields).every(([name, value]) => event[name] === value);
const says = (text: RegExp) => (event: BuildEvent) =>
  event.type === 'buildpack-output' && text.test(String(event.line));

interface Point {
  what: string;
  app?: 'large' | 'node';
  prepare?: Prepare;
  at: (event: BuildEvent) => boolean;
  /** Which of the events that fit; the first without it. */
  count?: number;
}

const POINTS: Point[] = [
  { what: 'download: packages are fetched', prepare: withoutBase, at: is('base-image-start') },
  { what: 'download: a few packages are there', prepare: withoutBase, at: is('download-end'), count: 5 },
  { what: 'download: a runtime is fetched', app: 'node', prepare: withoutRuntime, at: says(/layer node: making/) },
  { what: 'unpack: packages are here', prepare: withoutBase, at: is('base-image-fetched', { image: 'build-base' }) },
  { what: 'unpack: one base image is made', prepare: withoutBase, at: is('base-image-end') },
  { what: 'unpack: a runtime is here', app: 'node', prepare: withoutRuntime, at: says(/downloaded/) },
  { what: 'unpack: a runtime is unpacked', app: 'node', prepare: withoutRuntime, at: says(/layer node: made/) },
  { what: 'analyze', at: is('phase-start', { phase: 'analyze' }) },
  { what: 'detect begins', at: is('phase-start', { phase: 'detect' }) },
  { what: 'detect has an answer', at: is('detected') },
  { what: 'restore begins', prepare: builtBefore, at: is('phase-start', { phase: 'restore' }) },
  { what: 'restore of a layer', prepare: builtBefore, at: is('layer-restored') },
  { what: 'build begins', at: is('buildpack-start') },
  { what: 'build: a buildpack writes a layer', at: says(/begun/) },
  { what: 'build: a buildpack has written it', at: says(/copied/) },
  { what: 'build: a buildpack is done', at: is('buildpack-end') },
  { what: 'layer write', at: is('phase-start', { phase: 'export' }) },
  { what: 'compress begins', at: is('layer-written') },
  { what: 'compress of a large layer is done', at: is('layer-compressed', { name: 'faults/large:data' }) },
  { what: 'tag: all is compressed', at: is('layer-compressed'), count: 6 },
  { what: 'tag: the image has its name', at: is('image-named') },
  { what: 'tag: the cache is kept', at: is('layer-exported'), count: 7 },
];

/** Builds, and kills the whole process group at the point; gives whether it was reached. */
async function killAt(place: FaultPlace, args: string[], { at, count = 1 }: Point): Promise<boolean> {
  let seen = 0;
  const command = [BIN, 'build', ...args, '--json'];
  const started = startProgram(process.execPath, command, place.env, (event) => {
    if (at(event)) seen += 1;
    if (seen === count) process.kill(-started.pid, 'SIGKILL');
  });
  const ended = await started.ended;
  return seen >= count && ended.signal === 'SIGKILL' && eventsOf(ended).every(({ type }) => type !== 'fault');
}

/** A place that a build was killed in at the point. A busy machine may be told of the point when the build has ended: then in another. */
async function killInPlace(args: string[], point: Point): Promise<FaultPlace> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const place = await makeFaultPlace();
    await point.prepare?.(place, args);
    if (await killAt(place, args, point)) return place;
    await place.remove();
  }
  throw new Error(`no build of ${TRIES} was killed at ${point.what}`);
}

test.each(POINTS)('after kill -9 at $what all is well', async (point) => {
  const args = apps[point.app ?? 'large'];
  const place = await killInPlace(args, point);
  expect(await waitForNone(place.cache, 2000)).toEqual([]);
  expect(mountsOf(place.folder)).toEqual([]);
  const verified = await place.dema(['cache', 'verify']);
  expect(verified.code, verified.stderr).toBe(0);
  const again = await place.build(args);
  expect(digestOf(again), again.stderr).toBe(digests[point.app ?? 'large']);
  await place.remove();
});
