import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIndex, openRegistryConnections, parseRegistryName, pushImage } from '@dema/oci';
import { openStore, removeFolder } from '@dema/store';
import { type ContainerRegistry, openAppRegistry, startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, type Started, startProgram } from './run-program.ts';

/** Two tags of one repository, one of another, and an index. */
const TAGS = ['shop/cart:1', 'shop/cart:2', 'blog:1', 'wiki:1'];
const ARCHITECTURES = ['amd64', 'arm64'];

type Contents = Pick<ContainerRegistry, 'blobs' | 'manifests'>;

let folder: string;
let registry: ContainerRegistry;
/** Where the registry kills the program: at this request, before or after it is answered. */
let point: { request: number; isAnswered: boolean; signal: NodeJS.Signals; program?: Started } | undefined;
let seen = 0;
let first: Contents;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-kill-rebase-'));
  registry = await startContainerRegistry({
    async instead() {
      seen += 1;
      if (point === undefined || seen !== point.request) return undefined;
      const { program, isAnswered, signal } = point;
      if (program) process.kill(-program.pid, signal);
      await program?.ended;
      return isAnswered ? undefined : { status: 0, isBroken: true };
    },
  });
  await fill();
  first = { blobs: new Map(registry.blobs), manifests: new Map(registry.manifests) };
});

afterAll(async () => {
  await registry.close();
  await removeFolder(folder);
});

async function fill(): Promise<void> {
  const apps = openAppRegistry(await openStore(join(folder, 'store')), registry.host);
  const connections = openRegistryConnections({ env: {} });
  const push = (name: string, images: Parameters<typeof createIndex>[0]) =>
    pushImage(parseRegistryName(`${registry.host}/${name}`), createIndex(images), { env: {}, connections });
  const make = (version: string) => Promise.all(ARCHITECTURES.map((one) => apps.makeRunImage({ expat: version }, one)));
  const [old, fresh] = [await make('1'), await make('2')];
  await push('base/run:trixie', fresh);
  for (const name of TAGS.slice(0, 3)) {
    const [base] = old;
    if (base) await apps.push(name, await apps.makeApp(name, base));
  }
  await push('wiki:1', await Promise.all(old.map((base) => apps.makeApp('wiki', base))));
  await Promise.all([apps.close(), connections.close()]);
}

/** As it was before anything was rebased. */
function reset(): void {
  for (const name of ['blobs', 'manifests'] as const) {
    registry[name].clear();
    for (const [key, value] of first[name]) registry[name].set(key, value as never);
  }
  seen = 0;
}

const tags = () => Object.fromEntries(TAGS.map((tag) => [tag, registry.manifests.get(tag)?.content.toString()]));

function start(command = 'rebase', ...more: string[]): Started {
  const env = { ...process.env, DEMA_CACHE: join(folder, 'cache'), XDG_DATA_HOME: join(folder, 'data') };
  const names = more.includes('--rollback') ? [] : TAGS.map((tag) => `docker://${registry.host}/${tag}`);
  return startProgram(process.execPath, [BIN, command, ...names, '--jobs', '2', ...more], env);
}

interface Killed {
  request: number;
  isAnswered?: boolean;
  signal?: NodeJS.Signals;
}

/** Starts anew from what the registry had at first. */
async function killAt({ request, isAnswered = false, signal = 'SIGKILL' }: Killed, ...command: string[]) {
  reset();
  point = { request, isAnswered, signal };
  point.program = start(...command);
  const ended = await point.program.ended;
  point = undefined;
  return ended;
}

async function runWhole() {
  reset();
  const before = tags();
  const whole = await start().ended;
  expect(whole.code, whole.stderr).toBe(0);
  const after = tags();
  expect(TAGS.every((tag) => before[tag] !== after[tag])).toBe(true);
  return { before, after, requests: seen };
}

/** Of every manifest that a tag stands for, all that it names is there. */
function findMissing(): string[] {
  return TAGS.flatMap((tag) => findMissingOf(tag.replace(/:.*/, ''), registry.manifests.get(tag)?.content));
}

function findMissingOf(repository: string, content: Buffer | undefined): string[] {
  const { config, layers = [], manifests = [] } = JSON.parse(String(content ?? '{}'));
  const blobs: string[] = [...(config ? [config] : []), ...layers].map(({ digest }) => `${repository}@${digest}`);
  const below = manifests.map(({ digest }: { digest: string }) => registry.manifests.get(`${repository}@${digest}`));
  const missing = blobs.filter((one) => !registry.blobs.has(one));
  return [
    ...missing,
    ...below.flatMap((one: { content: Buffer } | undefined) =>
      findMissingOf(repository, one?.content ?? Buffer.from('{"config":{"digest":"none"}}')),
    ),
  ];
}

test('a rebase that is killed at any request leaves every tag old or new, and another one does the rest', {
  timeout: 600_000,
}, async () => {
  const { before, after, requests } = await runWhole();
  const stateOf = (now: typeof before, tag: string) =>
    now[tag] === after[tag] ? 'new' : now[tag] === before[tag] ? 'old' : 'neither';
  const states = new Set<string>();
  for (let request = 1; request <= requests; request += 1) {
    const { signal } = await killAt({ request, isAnswered: request % 2 === 0 });
    // Side by side it may take a request less than it did before.
    if (request < requests - 2) expect(signal, `at request ${request}`).toBe('SIGKILL');
    const now = tags();
    states.add(TAGS.map((tag) => stateOf(now, tag)).join(' '));
    expect(findMissing(), `at request ${request}`).toEqual([]);
    await start().ended;
    expect(tags(), `after request ${request}`).toEqual(after);
  }
  expect([...states].filter((state) => state.includes('neither'))).toEqual([]);
  expect(states.size).toBeGreaterThan(2);
});

test('ctrl-C ends it as well, and is told', async () => {
  const { before, after, requests } = await runWhole();
  const ended = await killAt({ request: Math.round(requests / 2), isAnswered: true, signal: 'SIGINT' });
  expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining('stopped\n') });
  expect(Object.entries(tags()).every(([tag, now]) => now === before[tag] || now === after[tag])).toBe(true);
});

test('the report of a roll-out that was killed takes it back', async () => {
  const { before, requests } = await runWhole();
  for (const part of [0.5, 0.7, 0.9]) {
    const report = join(folder, `report-${part}`);
    const killed = await killAt(
      { request: Math.round(requests * part), isAnswered: true },
      'rollout',
      '--report',
      report,
    );
    expect(killed.signal).toBe('SIGKILL');
    expect(tags()).not.toEqual(before);
    const back = await start('rollout', '--rollback', report).ended;
    expect(back.code, back.stderr).toBe(0);
    expect(tags()).toEqual(before);
  }
});
