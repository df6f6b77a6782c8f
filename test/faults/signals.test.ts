import { afterAll, beforeAll, expect, test } from 'vitest';
import { mountsOf, unfinished, waitForNone } from './leftovers.ts';
import { type FaultPlace, makeFaultPlace, writeLargeApp } from './place.ts';
import { BIN, type BuildEvent, digestOf, type Ended, startProgram } from './run-program.ts';

const LIMIT_MS = 2000;

let place: FaultPlace;
let args: string[];
let digest: unknown;

beforeAll(async () => {
  place = await makeFaultPlace();
  args = await writeLargeApp(place.folder, 40);
  digest = digestOf(await place.build(args));
});

afterAll(() => place.remove());

const isPhase = (phase: string) => (event: BuildEvent) => event.type === 'phase-start' && event.phase === phase;

const POINTS: [string, (event: BuildEvent) => boolean][] = [
  ['the beginning', ({ type }) => type === 'start'],
  ['detect', isPhase('detect')],
  ['the build of a buildpack', ({ type, line }) => type === 'buildpack-output' && line === 'begun'],
  ['export', isPhase('export')],
  ['compression', ({ type }) => type === 'layer-written'],
  ['the name of the image', ({ type }) => type === 'image-named'],
];

/** A build that gets the signal at the point. A busy machine may be told of the point when the build has ended: then it is one more. */
async function stopAt(
  isPoint: (event: BuildEvent) => boolean,
  signal: NodeJS.Signals,
  tries = 5,
): Promise<{ ended: Ended; sent: number }> {
  let sent = 0;
  const build = [BIN, 'build', ...args, '--json', '--clear-cache'];
  const started = startProgram(process.execPath, build, place.env, (event) => {
    if (sent > 0 || !isPoint(event)) return;
    sent = performance.now();
    process.kill(started.pid, signal);
  });
  const ended = await started.ended;
  return ended.code === 0 && tries > 1 ? stopAt(isPoint, signal, tries - 1) : { ended, sent };
}

test.each(
  POINTS.flatMap(([name, isPoint]) => [
    { name, isPoint, signal: 'SIGINT' as const, code: 130 },
    { name, isPoint, signal: 'SIGTERM' as const, code: 143 },
  ]),
)('$signal at $name ends at once, with one line, and leaves nothing', async ({ isPoint, signal, code }) => {
  const { ended, sent } = await stopAt(isPoint, signal);
  expect(sent, ended.stderr).toBeGreaterThan(0);
  expect(performance.now() - sent).toBeLessThan(LIMIT_MS);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: 'stopped\n' });
  expect(await waitForNone(place.cache, 500)).toEqual([]);
  expect(unfinished(place.cache)).toEqual([]);
  expect(mountsOf(place.folder)).toEqual([]);
});

test('the compression of a very large layer is not waited for', async () => {
  const large = await makeFaultPlace();
  const build = await writeLargeApp(large.folder, 200);
  let sent = 0;
  const started = startProgram(process.execPath, [BIN, 'build', ...build, '--json'], large.env, ({ type }) => {
    if (sent > 0 || type !== 'layer-written') return;
    sent = performance.now();
    process.kill(started.pid, 'SIGINT');
  });
  const { code, stderr } = await started.ended;
  expect(sent, stderr).toBeGreaterThan(0);
  expect(performance.now() - sent).toBeLessThan(LIMIT_MS);
  expect({ code, stderr }).toEqual({ code: 130, stderr: 'stopped\n' });
  expect(unfinished(large.cache)).toEqual([]);
  await large.remove();
});

test('the build after that has the digest of one that nobody disturbed', async () => {
  expect(digestOf(await place.build(args))).toBe(digest);
  expect((await place.dema(['cache', 'verify'])).code).toBe(0);
});
