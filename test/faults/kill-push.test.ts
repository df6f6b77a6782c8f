import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendLayers,
  attachArtifact,
  createIndex,
  createLayer,
  emptyImage,
  parseRegistryName,
  pushImage,
  readNamedLayout,
  setLabels,
  writeLayout,
} from '@dema/oci';
import { openStore, removeFolder } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, type Ended, type Started, startProgram } from './run-program.ts';

const REPOSITORY = 'shop/cart';
const SIGNATURE = 'application/x.signature';

let folder: string;
let registry: ContainerRegistry;
/** Where the registry kills the program: at this request, before or after it is answered. */
let point: { request: number; isAnswered: boolean; program?: Started } | undefined;
let seen = 0;
let first: Pick<ContainerRegistry, 'blobs' | 'manifests'>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-kill-push-'));
  registry = await startContainerRegistry({
    // Blobs go in chunks, and what refers to an image stands in a list under a tag.
    minChunk: 100,
    hasReferrers: false,
    async instead() {
      seen += 1;
      if (seen !== point?.request) return undefined;
      const { program, isAnswered } = point;
      if (program) process.kill(-program.pid, 'SIGKILL');
      await program?.ended;
      return isAnswered ? undefined : { status: 0, isBroken: true };
    },
  });
  for (const name of ['old', 'fresh']) await writeImages(name);
  await writeFile(join(folder, 'signature'), 'signed');
  const pushed = await start('old').ended;
  expect(pushed.code, pushed.stderr).toBe(0);
  first = { blobs: new Map(registry.blobs), manifests: new Map(registry.manifests) };
});

afterAll(async () => {
  await registry.close();
  await removeFolder(folder);
});

/** An index of two images, which share a layer with those of the other name. */
async function writeImages(name: string): Promise<void> {
  const store = await openStore(join(folder, 'store'));
  const layerOf = (path: string) =>
    createLayer(store, [{ path, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }]);
  const images = await Promise.all(
    ['amd64', 'arm64'].map(async (architecture) => {
      const layers = [await layerOf('/base'), await layerOf(`/${name}-${architecture}`)];
      return setLabels(appendLayers(emptyImage({ os: 'linux', architecture }), layers), { name });
    }),
  );
  await writeLayout(join(folder, name), createIndex(images));
}

function start(name: string): Started {
  const env = { ...process.env, DEMA_CACHE: join(folder, 'cache'), XDG_DATA_HOME: join(folder, 'data') };
  const target = `${registry.host}/${REPOSITORY}:1`;
  const attach = `${SIGNATURE}=${join(folder, 'signature')}`;
  return startProgram(process.execPath, [BIN, 'push', join(folder, name), target, '--attach', attach], env);
}

/** What the program does, without starting one. */
async function pushAgain(): Promise<void> {
  const name = parseRegistryName(`${registry.host}/${REPOSITORY}:1`);
  const { found } = await readNamedLayout(await openStore(join(folder, 'store')), join(folder, 'fresh'));
  const subject = await pushImage(name, found, { env: {} });
  const artifact = { type: SIGNATURE, content: Buffer.from('signed'), title: 'signature' };
  await attachArtifact(name, subject, artifact, { env: {} });
}

/** As it was before the fresh images were pushed. */
function reset(): void {
  for (const name of ['blobs', 'manifests'] as const) {
    registry[name].clear();
    for (const [key, value] of first[name]) registry[name].set(key, value as never);
  }
  seen = 0;
}

async function killAt(request: number, isAnswered: boolean): Promise<Ended> {
  reset();
  point = { request, isAnswered };
  point.program = start('fresh');
  const ended = await point.program.ended;
  point = undefined;
  return ended;
}

/** Of every manifest that a tag stands for, all that it names and that is not there. */
function findMissing(): string[] {
  const tags = [...registry.manifests.keys()].filter((key) => key.startsWith(`${REPOSITORY}:`));
  return tags.flatMap((tag) => missingOf(tag));
}

function missingOf(key: string): string[] {
  const content = registry.manifests.get(key)?.content;
  if (content === undefined) return [key];
  const { config, layers = [], manifests = [] } = JSON.parse(String(content));
  const keyOf = ({ digest }: { digest: string }) => `${REPOSITORY}@${digest}`;
  const blobs = [...(config ? [config] : []), ...layers].map(keyOf).filter((one) => !registry.blobs.has(one));
  return [...blobs, ...manifests.map(keyOf).flatMap(missingOf)];
}

function digestOfTag(): string {
  const content = registry.manifests.get(`${REPOSITORY}:1`)?.content ?? '';
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

const tags = () => [...registry.manifests].filter(([key]) => key.startsWith(`${REPOSITORY}:`)).map(([, one]) => one);

test('a push that is killed at any request leaves the tag old or new, and another one finishes it', {
  timeout: 600_000,
}, async () => {
  const old = digestOfTag();
  seen = 0;
  const whole = await start('fresh').ended;
  const fresh = digestOfTag();
  expect(whole.stdout, whole.stderr).toBe(`${fresh}\n`);
  const wanted = tags();
  const requests = seen;

  const found: string[] = [];
  for (let request = 1; request <= requests; request += 1) {
    const { signal } = await killAt(request, request % 2 === 0);
    expect(signal, `at request ${request} of ${requests}`).toBe('SIGKILL');
    found.push(digestOfTag());
    expect(findMissing(), `at request ${request}`).toEqual([]);
    await pushAgain();
    expect(tags(), `after request ${request}`).toEqual(wanted);
  }
  expect(new Set(found)).toEqual(new Set([old, fresh]));
  // Once it is new it stays so.
  expect(found.indexOf(fresh)).toBeGreaterThan(found.lastIndexOf(old));
});
