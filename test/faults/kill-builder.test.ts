import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyImage, parseRegistryName, pushImage, setConfig } from '@dema/oci';
import { type ContainerRegistry, startContainerRegistry, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitForNone } from './leftovers.ts';
import { type FaultPlace, makeFaultPlace } from './place.ts';
import { BIN, runProgram, startProgram } from './run-program.ts';

const TAG = 'ours/builder:1';
const TRIES = 5;
/** What changes on disk at the moments at which creations in the image store are killed. */
const MOMENTS: { what: string; path: RegExp; count: number }[] = [
  { what: 'a layer is begun', path: /^cache\/tmp\//, count: 1 },
  { what: 'layers are there', path: /^cache\/blobs\//, count: 3 },
  { what: 'the image store is locked', path: /^data\/.*\/locks\//, count: 1 },
  { what: 'it has the first blob', path: /^data\/.*\/blobs\//, count: 1 },
  { what: 'it has the manifest', path: /^data\/.*\/blobs\//, count: 2 },
  { what: 'the name is written', path: /^data\/.*\/references\//, count: 1 },
  { what: 'the old builder is removed', path: /^data\/.*\/blobs\//, count: 3 },
];

let place: FaultPlace;
let registry: ContainerRegistry;
/** At how many more requests the program is killed. */
let countdown = Number.POSITIVE_INFINITY;
let kill: () => void = () => undefined;
/** Contents with the old builder. */
let before: { blobs: [string, Buffer][]; manifests: [string, { content: Buffer }][] };
const digests = { old: '', fresh: '' };
let requests = 0;

beforeAll(async () => {
  const nothing = await mkdtemp(join(tmpdir(), 'dema-nothing-'));
  place = await makeFaultPlace(nothing);
  await rm(nothing, { recursive: true });
  registry = await startContainerRegistry({
    instead({ number }) {
      countdown -= 1;
      if (countdown !== 0) return undefined;
      kill();
      // Every second request is carried out though nobody waits for its answer.
      return number % 2 === 0 ? { status: 503 } : undefined;
    },
  });
  const base = setConfig(emptyImage({ os: 'linux', architecture: 'amd64' }), {
    Env: ['CNB_USER_ID=1001', 'CNB_GROUP_ID=1000'],
  });
  await pushImage(parseRegistryName(`${registry.host}/build:1`), base, { env: {} });
  await writeFiles(place.folder, {
    'hello/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/hello"\nversion = "1.2.3"\n',
    'hello/bin/detect': '#!/bin/sh\n',
    'hello/bin/build': '#!/bin/sh\n',
  });
  await writeDefinition('old');
  digests.old = (await create()).stdout.trim();
  await mkdir(join(place.folder, 'old'));
  await create([TAG], envOf(join(place.folder, 'old')));
  before = {
    blobs: [...registry.blobs],
    manifests: [...registry.manifests] as typeof before.manifests,
  };
  await writeDefinition('fresh');
  const seen = registry.requests.length;
  digests.fresh = (await create()).stdout.trim();
  requests = registry.requests.length - seen;
});
afterAll(async () => {
  await registry.close();
  await place.remove();
});

async function writeDefinition(description: string): Promise<void> {
  const text = `description = "${description}"
[[buildpacks]]
uri = "../hello"
[[order]]
[[order.group]]
id = "acme/hello"
[build]
image = "${registry.host}/build:1"
[[run.images]]
image = "example/run:${description}"
`;
  await mkdir(join(place.folder, 'builder'), { recursive: true });
  await writeFile(join(place.folder, 'builder/builder.toml'), text);
}

function create(name = [`${registry.host}/${TAG}`, '--publish'], env = place.env) {
  const args = ['builder', 'create', ...name, '-c', join(place.folder, 'builder')];
  const started = startProgram(process.execPath, [BIN, ...args], env);
  kill = () => {
    if (started.child.exitCode === null) process.kill(-started.pid, 'SIGKILL');
  };
  return started.ended;
}

/** A folder with a cache and an image store, in which the old builder is. */
async function copyOld(name: string): Promise<string> {
  const folder = join(place.folder, name);
  await cp(join(place.folder, 'old'), folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

function envOf(folder: string): Record<string, string | undefined> {
  return { ...place.env, DEMA_CACHE: join(folder, 'cache'), XDG_DATA_HOME: join(folder, 'data') };
}

/** A folder in whose image store the creation of a builder was killed at the moment. A busy machine may be told of it too late: then in another. */
async function killInStore({ what, path, count }: (typeof MOMENTS)[number]): Promise<string> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const folder = await copyOld(`${what.replaceAll(' ', '-')}-${tries}`);
    let seen = 0;
    const watcher = watch(folder, { recursive: true }, (_, name) => {
      if (path.test(name ?? '')) seen += 1;
      if (seen === count) kill();
    });
    const { signal } = await create([TAG], envOf(folder)).finally(() => watcher.close());
    if (signal === 'SIGKILL') return folder;
  }
  throw new Error(`no creation of ${TRIES} was killed when ${what}`);
}

/** The digest that the tag has, and whether all that its manifest names is there. */
function readTag(): { digest: string; isWhole: boolean } {
  const content = registry.manifests.get(TAG)?.content ?? '';
  const { config, layers } = JSON.parse(String(content)) as Record<'layers', { digest: string }[]> & {
    config: { digest: string };
  };
  const isThere = ({ digest }: { digest: string }) => registry.blobs.has(`ours/builder@${digest}`);
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { digest, isWhole: [config, ...layers].every(isThere) };
}

function resetRegistry(): void {
  for (const [map, entries] of [
    [registry.blobs, before.blobs],
    [registry.manifests, before.manifests],
  ] as const) {
    map.clear();
    for (const [key, value] of entries) (map as Map<string, unknown>).set(key, value);
  }
}

test('after kill -9 at any request the tag names the old builder or the new one, and the next run makes the new one', async () => {
  expect(digests.fresh).not.toBe(digests.old);
  const found = new Set<string>();
  for (let number = 1; number <= requests; number += number > 2 && number < requests - 3 ? 5 : 1) {
    resetRegistry();
    countdown = number;
    const ended = await create();
    countdown = Number.POSITIVE_INFINITY;
    expect(ended.signal, `request ${number}: ${ended.stderr}`).toBe('SIGKILL');
    const { digest, isWhole } = readTag();
    expect([digests.old, digests.fresh], `request ${number}`).toContain(digest);
    expect(isWhole, `request ${number}`).toBe(true);
    found.add(digest);
    expect((await create()).stdout.trim(), `behind request ${number}`).toBe(digests.fresh);
    expect(readTag()).toEqual({ digest: digests.fresh, isWhole: true });
  }
  expect(found).toContain(digests.old);
  const verified = await place.dema(['cache', 'verify']);
  expect(verified.code, verified.stderr).toBe(0);
});

test.each(MOMENTS)(
  'after kill -9 when $what the image store has the old builder or the new one, and is sound',
  async (moment) => {
    const folder = await killInStore(moment);
    const dema = (...args: string[]) => runProgram(process.execPath, [BIN, ...args], envOf(folder));
    expect(await waitForNone(folder, 2000)).toEqual([]);
    const { digest } = JSON.parse((await dema('inspect', TAG, '--json')).stdout);
    expect([digests.old, digests.fresh]).toContain(digest);
    expect(await dema('cache', 'verify')).toMatchObject({ code: 0 });
    expect((await create([TAG], envOf(folder))).stdout.trim()).toBe(digests.fresh);
  },
);
