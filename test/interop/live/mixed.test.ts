import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { dema, eventsOf, makePlace } from '../../whole/dema.ts';
import { crane, readConfig } from './crane.ts';
import { openLifecyclePlace } from './lifecycle-place.ts';
import { createBuilder } from './make-artefacts.ts';
import { openPack } from './pack.ts';
import { patchImage } from './patch-image.ts';
import { type Setting, test } from './setting.ts';

const FOREIGN = join(import.meta.dirname, '../../buildpacks');
const folder = await mkdtemp(join(tmpdir(), 'dema-mixed-'));
const place = await makePlace();
afterAll(() => Promise.all([removeFolder(folder), place.remove()]));

/** An app, and a builder with a run image of its own, so that this may be replaced. */
async function open(real: Setting, name: string) {
  const named = (path: string) => `${real.registry}/${name}/${path}`;
  const [app, runImage, builder] = [join(folder, name), named('run:trixie'), named('builder')];
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good morning');
  await crane(real, ['copy', real.artefacts.runImage, runImage]);
  const buildpacks = ['everything', 'shell'].map((one) => join(FOREIGN, one));
  const order = [['example/everything', 'example/shell']];
  const lifecycle = real.tools.lifecycleArchive;
  await createBuilder(
    builder,
    { buildImage: real.artefacts.buildImage, runImage, buildpacks, order, lifecycle },
    place,
  );
  return {
    named,
    app,
    runImage,
    builder,
    lifecycle: await openLifecyclePlace(await mkdtemp(join(folder, 'place-')), real),
  };
}

async function buildWithDema(app: string, builder: string, image: string) {
  const { code, stdout, stderr } = await dema(
    ['build', app, '--builder', builder, '--publish', '--tag', image, '--json'],
    place,
  );
  expect(code, stderr).toBe(0);
  return eventsOf(stdout);
}

const LAYERS = ['example/everything:launch-only', 'example/everything:shared', 'example/shell:words'];

test('an image of dema is built again by the lifecycle, which uses its layers again', async ({ real }) => {
  const { named, app, builder, lifecycle } = await open(real, 'first-dema');
  const image = named('app');
  await buildWithDema(app, builder, image);
  const [before, blobs] = [await readConfig(real, image), await readBlobs(real, image)];
  const output = await lifecycle.create({ app, builder, image });
  for (const layer of [...LAYERS, 'buildpacksio/lifecycle:launcher'])
    expect(output).toContain(`Reusing layer '${layer}'`);
  const after = await readConfig(real, image);
  expect(after.rootfs).toEqual(before.rootfs);
  expect(await readBlobs(real, image)).toEqual(blobs);
});

test('an image of the lifecycle is built again by dema, which uses its layers again', async ({ real }) => {
  const { named, app, builder, lifecycle } = await open(real, 'first-lifecycle');
  const image = named('app');
  await lifecycle.create({ app, builder, image });
  await appendFile(join(app, 'greeting.txt'), ' again');
  const events = await buildWithDema(app, builder, image);
  const reused = events.filter(({ type, reused }) => type === 'layer-exported' && reused).map(({ name }) => name);
  expect(reused).toEqual([
    'base image',
    ...LAYERS,
    'SBOM',
    'app: public, public-*/*.css',
    'app',
    'launcher',
    'process types',
  ]);
});

/** Digests of the layers as a registry has them. */
async function readBlobs(real: Setting, image: string): Promise<string[]> {
  const { layers } = JSON.parse(await crane(real, ['manifest', image]));
  return layers.map(({ digest }: { digest: string }) => digest);
}

test('images of both are rebased by the lifecycle, by pack and by dema to the same configuration', async ({ real }) => {
  const { named, app, builder, runImage, lifecycle } = await open(real, 'rebased');
  const pack = await openPack(folder, real);
  await buildWithDema(app, builder, named('dema'));
  await lifecycle.create({ app, builder, image: named('lifecycle') });
  await patchImage(real, runImage, runImage);
  const rebasers = {
    lifecycle: (image: string) => lifecycle.run(builder, ['rebaser', image]),
    pack: (image: string) => pack(['rebase', image, '--publish']),
    async dema(image: string) {
      const { code, stderr } = await dema(['rebase', `docker://${image}`], place);
      expect(code, stderr).toBe(0);
    },
  };
  const { rootfs } = await readConfig(real, runImage);
  for (const maker of ['dema', 'lifecycle']) {
    const configs: string[] = [];
    for (const [name, rebase] of Object.entries(rebasers)) {
      const image = named(`${maker}-by-${name}`);
      await crane(real, ['copy', named(maker), image]);
      await rebase(image);
      configs.push(await crane(real, ['config', image]));
      const ran = await dema(['run', `docker://${image}`], place);
      expect(ran.stdout, `${image}: ${ran.stderr}`).toBe('Good morning from process 1\n');
    }
    const [first = '', ...others] = configs;
    expect(JSON.parse(first).rootfs.diff_ids.slice(0, 2)).toEqual(rootfs.diff_ids);
    for (const other of others) expect(withoutHistory(other)).toEqual(withoutHistory(first));
  }
});

/** The lifecycle's rebaser drops what the history says, ours keeps it (docs/compatibility.md). */
function withoutHistory(config: string): unknown {
  return { ...JSON.parse(config), history: [] };
}
