import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createIndex,
  type Image,
  isIndex,
  openImageStore,
  parseRegistryName,
  pullImageOrIndex,
  pushImage,
  setLabels,
} from '@dema/oci';
import { openStore, removeFolder } from '@dema/store';
import { type AppRegistry, type ContainerRegistry, openAppRegistry, startContainerRegistry } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Workplace } from '../workplace.ts';
import { createBaseCarriers } from './base-carriers.ts';
import { createBaseLookup } from './base-packages.ts';
import { listImages } from './list-images.ts';
import { type RebaseOutcome, rebaseImages } from './rebase-images.ts';
import type { RebaseTarget, RebaseWork } from './rebase-named.ts';
import { openRunImages, type RunImageChoices } from './run-images.ts';

let root: string;
let workplace: Workplace;
let server: ContainerRegistry;
let registry: AppRegistry;
let bases: { old: Image; fresh: Image };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rebase-'));
  const store = await openStore(join(root, 'cache'));
  workplace = { store, downloads: store, images: await openImageStore(join(root, 'images'), store) };
  await start();
});

afterEach(async () => {
  await registry.close();
  await server.close();
  await removeFolder(root);
});

async function start(options?: Parameters<typeof startContainerRegistry>[0]): Promise<void> {
  await registry?.close();
  await server?.close();
  server = await startContainerRegistry(options);
  registry = openAppRegistry(workplace.store, server.host);
  const old = await registry.makeRunImage({ expat: '2.9-1', zlib1g: '1.3' });
  const fresh = await registry.makeRunImage({ expat: '2.9-2', zlib1g: '1.3' });
  bases = { old, fresh };
}

async function pushApps(...names: string[]): Promise<void> {
  for (const name of names) await registry.push(name, await registry.makeApp(name, bases.old));
}

type Options = RunImageChoices & Pick<RebaseWork, 'force' | 'isDryRun'> & { target?: RebaseTarget; jobs?: number };

async function rebase(names: string[], { force, isDryRun, target, jobs = 4, ...choices }: Options = {}) {
  const { connections } = registry;
  const outcomes: RebaseOutcome[] = [];
  const work: RebaseWork = {
    workplace,
    runImages: openRunImages(workplace, { connections, ...choices }),
    bases: createBaseLookup(workplace.store, { connections }),
    registry: { connections },
    carriers: createBaseCarriers(),
    force,
    isDryRun,
  };
  await rebaseImages(work, listImages(names, { connections }), {
    jobs,
    signal: new AbortController().signal,
    targetFor: () => target ?? {},
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return outcomes.sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

const named = (name: string) => `docker://${server.host}/${name}`;

async function pull(name: string) {
  const { connections } = registry;
  const pulled = await pullImageOrIndex(workplace.store, parseRegistryName(`${server.host}/${name}`), {
    env: {},
    connections,
  });
  if (pulled === undefined) throw new Error(`there is no ${name}`);
  return pulled;
}

async function imageOf(name: string): Promise<Image> {
  const { found } = await pull(name);
  if (isIndex(found)) throw new Error(`${name} is an index`);
  return found;
}

/** Digests of blobs that are layers, of which a rebase in a registry reads and sends none. */
async function layersOf(...images: Image[]): Promise<string[]> {
  const layers = images.flatMap((image) => image.layers);
  return Promise.all(layers.map(async (layer) => (await layer.descriptor()).digest));
}

const topOf = ({ config }: Image) => config.rootfs.diff_ids.at(-1);

test('in a registry manifests and configurations are read and written, and layers are mounted', async () => {
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('shop/cart:1', 'shop/cart:2', 'blog:1');
  const before = server.requests.length;
  const outcomes = await rebase([named('shop/cart:1'), named('shop/cart:2'), named('blog:1')]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['rebased', 'rebased', 'rebased']);
  for (const one of outcomes) {
    expect(one).toMatchObject({ packages: [{ name: 'expat', before: '2.9-1', after: '2.9-2' }] });
    expect(one).not.toHaveProperty('sent');
  }
  const layers = await layersOf(bases.old, bases.fresh, await imageOf('blog:1'));
  const asked = server.requests.slice(before).filter((one) => layers.some((digest) => one.includes(digest)));
  expect(asked).toEqual([]);
  for (const name of ['shop/cart:1', 'shop/cart:2', 'blog:1']) {
    const { rootfs } = (await imageOf(name)).config;
    expect(rootfs.diff_ids).toEqual([topOf(bases.fresh), topOf(await registry.makeApp(name, bases.old))]);
  }
  const again = await rebase([named('*:*')]);
  expect(again.map(({ outcome }) => outcome)).toEqual(['skipped', 'current', 'current', 'current']);
});

test('a run image that is not in the registry is sent once, and mounted for all others', async () => {
  await workplace.images.put(registry.runImage, bases.fresh);
  const names = Array.from({ length: 6 }, (_, index) => `app-${index}:1`);
  await pushApps(...names);
  const outcomes = await rebase(names.map(named), { pullPolicy: 'never', jobs: 6 });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(names.map(() => 'rebased'));
  expect(outcomes.filter((one) => 'sent' in one)).toHaveLength(1);
});

test('where a registry mounts nothing, layers are sent and it is said', async () => {
  await start({
    instead({ url }) {
      url.searchParams.delete('mount');
      return undefined;
    },
  });
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('one:1', 'two:1');
  const outcomes = await rebase([named('one:1'), named('two:1')]);
  const [layer] = bases.fresh.layers;
  const { size } = (await layer?.descriptor()) ?? {};
  expect(outcomes).toMatchObject([{ sent: size }, { sent: size }]);
});

test('what cannot be rebased says why, and others go on', async () => {
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('good:1');
  await registry.push('other:1', await registry.makeApp('other', bases.old, { runImageName: 'elsewhere/run:1' }));
  const never = { labels: { 'io.buildpacks.rebasable': 'false' } };
  await registry.push('never:1', await registry.makeApp('never', bases.old, never));
  const names = ['good:1', 'other:1', 'never:1', 'missing:1', 'base/run:trixie'].map(named);
  const outcomes = await rebase(names, { runImage: `docker://${registry.runImage}` });
  const told = outcomes.map((one) => [one.reference.replace(/^[^/]*\//, ''), 'fault' in one && one.fault.code]);
  expect(Object.fromEntries(told)).toEqual({
    'good:1': false,
    'other:1': 'ENGINE_REBASE_REFUSED',
    'never:1': 'ENGINE_REBASE_REFUSED',
    'missing:1': 'CLI_IMAGE_MISSING',
    'base/run:trixie': 'ENGINE_IMAGE_NOT_AN_APP',
  });
  const forced = await rebase([named('never:1')], { force: true });
  expect(forced).toMatchObject([{ outcome: 'rebased' }]);
});

test('a pattern whose tag no repository has is told, behind all that it looked for', async () => {
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('shop/a:1', 'shop/b:1');
  const outcomes = await rebase([named('shop/*:9'), named('shop/*:1')]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['failed', 'rebased', 'rebased', 'skipped', 'skipped']);
  expect(outcomes.find(({ outcome }) => outcome === 'failed')).toMatchObject({
    reference: `${server.host}/shop/*:9`,
    fault: { code: 'CLI_PATTERN_UNMATCHED', details: [`looked for: ${server.host}/shop/a:9, ${server.host}/shop/b:9`] },
  });
});

test('a run image that lacks packages of the old one is refused by their names, in a rehearsal too', async () => {
  await registry.push('base/run:trixie', await registry.makeRunImage({ expat: '2.9-2', tzdata: '1' }));
  await pushApps('one:1', 'two:1');
  const problem = 'The new run image lacks 1 package of the old one: zlib1g.';
  const before = await pull('one:1');
  for (const isDryRun of [true, false]) {
    const refused = await rebase([named('one:1'), named('two:1')], { isDryRun });
    expect(refused.map((one) => 'fault' in one && one.fault.problem)).toEqual([problem, problem]);
  }
  expect((await pull('one:1')).digest).toBe(before.digest);
  const packages = expect.arrayContaining([{ name: 'zlib1g', before: '1.3', after: undefined }]);
  expect(await rebase([named('one:1')], { force: true })).toMatchObject([{ outcome: 'rebased', packages }]);
});

test('an image that somebody builds meanwhile is the one that is rebased', async () => {
  let [isFilled, isBuilt] = [false, false];
  await start({
    async instead({ method, repository }) {
      if (method !== 'POST' || repository !== 'shop' || isBuilt || !isFilled) return undefined;
      isBuilt = true;
      await registry.push('shop:1', await registry.makeApp('newer', bases.old));
      return undefined;
    },
  });
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('shop:1');
  isFilled = true;
  const [outcome] = await rebase([named('shop:1')]);
  expect(isBuilt).toBe(true);
  expect(outcome).toMatchObject({ outcome: 'rebased', digest: (await pull('shop:1')).digest });
  const own = topOf(await registry.makeApp('newer', bases.old));
  expect((await imageOf('shop:1')).config.rootfs.diff_ids).toEqual([topOf(bases.fresh), own]);
});

test('a registry that is busy when the tag is written is asked again', async () => {
  let failures = 0;
  await start({
    instead({ method, repository, rest }) {
      if (method !== 'PUT' || repository !== 'shop' || !rest.startsWith('manifests/') || failures !== 0)
        return undefined;
      failures += 1;
      return { status: 503 };
    },
  });
  failures = 1;
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('shop:1');
  failures = 0;
  expect(await rebase([named('shop:1')])).toMatchObject([{ outcome: 'rebased' }]);
  expect(failures).toBe(1);
});

test('nothing is written in a dry run, and the digest is that of the real one', async () => {
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('shop:1');
  const { digest } = await pull('shop:1');
  const [planned] = await rebase([named('shop:1')], { isDryRun: true });
  expect((await pull('shop:1')).digest).toBe(digest);
  const [done] = await rebase([named('shop:1')]);
  expect(done).toEqual(planned);
  expect(done).toMatchObject({ before: digest, digest: (await pull('shop:1')).digest });
});

test('the result may get other names, and an image that is named by its digest gets one by its new digest', async () => {
  await registry.push('base/run:trixie', bases.fresh);
  await pushApps('shop:1');
  const { digest } = await pull('shop:1');
  const tags = [`${server.host}/shop:2`, `${server.host}/elsewhere:1`];
  const [tagged] = await rebase([named('shop:1')], { target: { tags } });
  expect((await pull('shop:1')).digest).toBe(digest);
  for (const name of ['shop:2', 'elsewhere:1']) expect(tagged).toMatchObject({ digest: (await pull(name)).digest });
  const [byDigest] = await rebase([named(`shop@${digest}`)]);
  expect(byDigest).toMatchObject({ outcome: 'rebased', before: digest });
  expect((await pull('shop:1')).digest).toBe(digest);
  const fresh = byDigest && 'digest' in byDigest ? byDigest.digest : '';
  expect(topOf(bases.fresh)).toBe((await imageOf(`shop@${fresh}`)).config.rootfs.diff_ids[0]);
});

test('every image of an index gets the run image of its platform, and the index is written anew', async () => {
  const architectures = ['amd64', 'arm64'];
  const make = (version: string) =>
    Promise.all(architectures.map((one) => registry.makeRunImage({ expat: version }, one)));
  const [before, after] = await Promise.all(['1', '2'].map(make));
  const { connections } = registry;
  const push = (name: string, images: Image[], format: 'oci' | 'docker') => {
    const index = { ...createIndex(images, { made: 'here' }), ...(format === 'docker' && { format }) };
    return pushImage(parseRegistryName(`${server.host}/${name}`), index, { env: {}, connections });
  };
  await push('base/run:trixie', after ?? [], 'oci');
  const apps = await Promise.all((before ?? []).map((base) => registry.makeApp('app', base)));
  const dockerApps = apps.map((app) => ({ ...app, format: 'docker' as const }));
  await push('oci:1', apps, 'oci');
  await push('docker:1', dockerApps, 'docker');
  const outcomes = await rebase([named('oci:1'), named('docker:1')]);
  expect(outcomes).toMatchObject([{ outcome: 'rebased' }, { outcome: 'rebased' }]);
  for (const [name, kind] of [
    ['oci', 'vnd.oci.image.index'],
    ['docker', 'vnd.docker.distribution.manifest.list'],
  ]) {
    const { found } = await pull(`${name}:1`);
    if (!isIndex(found)) throw new Error(`${name} is no index`);
    expect(server.manifests.get(`${name}:1`)?.type).toContain(kind);
    expect(found.annotations).toEqual({ made: 'here' });
    const images = await Promise.all(found.entries.map((entry) => entry.image()));
    expect(images.map(({ config }) => config.architecture)).toEqual(architectures);
    expect(images.map(({ config }) => config.rootfs.diff_ids[0])).toEqual(after?.map(topOf));
    const types = await Promise.all(images.flatMap(({ layers }) => layers.map((layer) => layer.descriptor())));
    expect(new Set(types.map(({ mediaType }) => mediaType.includes('docker')))).toEqual(new Set([name === 'docker']));
  }
});

test('of several run images the one in the same registry is taken', async () => {
  await registry.push('mirror/run:1', bases.fresh);
  const metadata = {
    buildpacks: [],
    runImage: {
      topLayer: topOf(bases.old),
      reference: '',
      image: 'unreachable.example/run:1',
      mirrors: [`${server.host}/mirror/run:1`],
    },
  };
  const app = await registry.makeApp('shop', bases.old);
  await registry.push('shop:1', setLabels(app, { 'io.buildpacks.lifecycle.metadata': JSON.stringify(metadata) }));
  expect(await rebase([named('shop:1')])).toMatchObject([{ outcome: 'rebased' }]);
});

test('images elsewhere are rebased by the same words', async () => {
  await registry.push('base/run:trixie', bases.fresh);
  await workplace.images.put('shop:1', await registry.makeApp('shop', bases.old));
  expect(await rebase(['shop:1'])).toMatchObject([{ outcome: 'rebased', reference: 'shop:1' }]);
  const found = await workplace.images.find('shop:1');
  expect(found?.image.config.rootfs.diff_ids[0]).toBe(topOf(bases.fresh));
});
