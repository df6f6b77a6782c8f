import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyImage, parseRegistryName, pushImage, setConfig } from '@dema/oci';
import { type ContainerRegistry, startContainerRegistry, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultPlace, makeFaultPlace } from './place.ts';
import { BIN, startProgram } from './run-program.ts';

const TAG = 'ours/builder:1';

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

function create() {
  const args = ['builder', 'create', `${registry.host}/${TAG}`, '-c', join(place.folder, 'builder'), '--publish'];
  const started = startProgram(process.execPath, [BIN, ...args], place.env);
  kill = () => void process.kill(-started.pid, 'SIGKILL');
  return started.ended;
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
