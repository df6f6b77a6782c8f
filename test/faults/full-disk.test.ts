import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FullDiskJob, FullDiskResult } from './full-disk-run.ts';
import { type FaultPlace, makeFaultPlace, writeLargeApp } from './place.ts';
import { type BuildEvent, digestOf, eventsOf, runProgram } from './run-program.ts';

const NODE_APP = [join(import.meta.dirname, '../apps/nodejs/http')];

let place: FaultPlace;
let apps: Record<'large' | 'node', string[]>;
const digests: Record<string, unknown> = {};

beforeAll(async () => {
  place = await makeFaultPlace();
  apps = { large: await writeLargeApp(place.folder, 24), node: NODE_APP };
  const other = await makeFaultPlace();
  for (const [name, args] of Object.entries(apps)) digests[name] = digestOf(await other.build(args));
  await other.remove();
});

afterAll(() => place.remove());

async function run(job: Omit<FullDiskJob, 'from' | 'disk' | 'env'>): Promise<FullDiskResult> {
  const disk = join(place.folder, 'disk');
  await mkdir(disk);
  const program = [process.execPath, join(import.meta.dirname, 'full-disk-run.ts')];
  const whole = JSON.stringify({ ...job, from: place.cache, disk, env: place.env });
  const inside = ['--user', '--map-root-user', '--mount', ...program, whole];
  const { stdout, stderr } = await runProgram('unshare', inside, process.env);
  await rm(disk, { recursive: true });
  if (existsSync(`${disk}-beside`)) await removeFolder(`${disk}-beside`);
  if (!stdout.startsWith('{"full"')) throw new Error(stderr || stdout);
  return JSON.parse(stdout);
}

interface Case {
  name: string;
  app: 'large' | 'node';
  full: 'cache' | 'data';
  /** Megabytes. */
  free: number;
  code: number;
  /** Whether the events before the fault show that this was the place. */
  isThere: (events: BuildEvent[]) => boolean;
}

const has = (events: BuildEvent[], type: string) => events.some((event) => event.type === type);
const said = (events: BuildEvent[], text: RegExp) => events.some(({ line }) => text.test(String(line)));

const CASES: Case[] = [
  {
    name: 'a download',
    app: 'node',
    full: 'cache',
    free: 25,
    code: 52,
    isThere: (events) => said(events, /layer node: making/) && !said(events, /downloaded/),
  },
  {
    name: 'unpacking',
    app: 'node',
    full: 'cache',
    free: 120,
    code: 52,
    isThere: (events) => said(events, /downloaded/) && !has(events, 'buildpack-end'),
  },
  {
    name: 'the archive of a layer',
    app: 'large',
    full: 'cache',
    free: 60,
    code: 62,
    isThere: (events) => has(events, 'buildpack-end') && !has(events, 'layer-written'),
  },
  {
    name: 'compression',
    app: 'large',
    full: 'cache',
    free: 110,
    code: 62,
    isThere: (events) => has(events, 'layer-written') && !has(events, 'image-named'),
  },
  {
    name: 'the images',
    app: 'large',
    full: 'data',
    free: 30,
    code: 62,
    isThere: (events) => has(events, 'layer-compressed') && !has(events, 'image-named'),
  },
];

test.each(CASES)('a disk that is full at $name is named, and with room the build goes on', async (one) => {
  const { full, roomy, verified } = await run({ ...one, args: ['build', ...apps[one.app], '--json'] });
  const events = eventsOf(full);
  const fault = events.at(-1);
  expect(one.isThere(events), JSON.stringify(events.slice(-4))).toBe(true);
  expect(fault).toMatchObject({ type: 'fault', blame: 'platform', exitCode: one.code });
  expect(fault?.problem).toContain(join(place.folder, 'disk', one.full));
  expect(fault?.problem).toMatch(/space/);
  expect(full.stderr).not.toMatch(/^\s+at /m);
  expect(full.code).toBe(one.code);
  expect(digestOf(roomy), roomy.stderr).toBe(digests[one.app]);
  expect(verified).toMatchObject({ code: 0 });
});
