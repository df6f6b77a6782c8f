import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';

export const BIN = join(import.meta.dirname, '../../scripts/bin/dema.js');

/** Base images and downloads are kept between test runs; everything else is made anew. */
export const TEST_CACHE = process.env.DEMA_CACHE ?? join(import.meta.dirname, '../../node_modules/.cache/dema');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Place {
  /** Folder for whatever the test makes. */
  folder: string;
  env: Record<string, string | undefined>;
  remove(): Promise<void>;
}

/** A place with an image store of its own. */
export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'dema-test-'));
  const env = { ...process.env, DEMA_CACHE: TEST_CACHE, XDG_DATA_HOME: join(folder, 'data'), NO_COLOR: '1' };
  return { folder, env, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface Started {
  pid: number;
  /** What it wrote to standard error so far. */
  errors(): string;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** Starts the command as a user would, by its file; in a process group of its own where that shall get a signal. */
export function startDema(args: string[], { env }: Place, { bin = BIN, detached = false } = {}): Started {
  const child = spawn(process.execPath, ['--', bin, ...args], { env, detached, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    text.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...text }));
  return { pid: child.pid ?? 0, errors: () => text.stderr, kill: (signal) => child.kill(signal), ended };
}

export function dema(args: string[], place: Place): Promise<Ended> {
  return startDema(args, place).ended;
}

/** Runs an image that ends by itself, whoever has the usual port. */
export async function runToEnd(image: string, place: Place): Promise<Ended> {
  return dema(['run', image, '--port', String(await findFreePort())], place);
}

export interface Running extends Started {
  port: number;
}

/** Runs an image and waits until it says that it listens; throws with what it printed when it ends before. */
export async function runImage(args: string[], place: Place, how?: Parameters<typeof startDema>[2]): Promise<Running> {
  const port = await findFreePort();
  const started = startDema(['run', '--port', String(port), ...args], place, how);
  let end: Ended | undefined;
  void started.ended.then((ended) => {
    end = ended;
  });
  while (!started.errors().includes(' listens on ')) {
    if (end) throw new Error(`ended with ${end.code} before it listened:\n${end.stderr}`);
    await wait(20);
  }
  return { ...started, port };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

export type Event = { type: string; [field: string]: unknown };

const isEvent = new Ajv2020({ allErrors: true }).compile<Event>(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/events.schema.json'), 'utf8')),
);

/** Events of a build with `--json`, each as the published schema has it; throws for one that is not. */
export function eventsOf(stdout: string): Event[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  const events = lines.map((line): unknown => JSON.parse(line));
  return events.map((event) => {
    if (isEvent(event)) return event;
    const errors = isEvent.errors?.filter(({ keyword }) => keyword !== 'const' && keyword !== 'oneOf');
    throw new Error(`not an event of docs/events.schema.json: ${JSON.stringify(event)}\n${JSON.stringify(errors)}`);
  });
}
