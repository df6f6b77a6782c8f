import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { crane } from './crane.ts';
import { type LifecycleBuild, openLifecyclePlace } from './lifecycle-place.ts';
import { type Setting, test } from './setting.ts';

const APPS = join(import.meta.dirname, '../../apps/nodejs');
const folder = await mkdtemp(join(tmpdir(), 'dema-same-'));
const place = await makePlace();
afterAll(() => Promise.all([removeFolder(folder), place.remove()]));

/** The configurations, as bytes, of the images that both engines make of the same app, builder and run image. */
async function buildTwice(real: Setting, name: string, build: Pick<LifecycleBuild, 'app' | 'builder' | 'env'>) {
  const [ours, theirs] = ['ours', 'theirs'].map((by) => `${real.registry}/same/${name}-${by}`);
  const env = Object.entries(build.env ?? {}).flatMap((pair) => ['--env', pair.join('=')]);
  const args = ['build', build.app, '--builder', build.builder, '--publish', '--tag', ours ?? '', ...env];
  const built = await dema(args, place);
  expect(built.code, built.stderr).toBe(0);
  const lifecycle = await openLifecyclePlace(await mkdtemp(join(folder, 'place-')), real);
  await lifecycle.create({ ...build, image: theirs ?? '' });
  return { ours: await crane(real, ['config', ours ?? '']), theirs: await crane(real, ['config', theirs ?? '']) };
}

/** What is easier to compare than bytes. */
function describe(config: string): unknown {
  const parsed = JSON.parse(config);
  const labels = Object.entries<string>(parsed.config.Labels).map(([name, value]) => {
    return [name, value.startsWith('{') ? JSON.parse(value) : value];
  });
  return { ...parsed, config: { ...parsed.config, Labels: Object.fromEntries(labels) } };
}

test.for(['express', 'typescript'])('dema and creator make the same image of %s', async (app, { real }) => {
  const { ours, theirs } = await buildTwice(real, app, { app: join(APPS, app), builder: real.artefacts.demaBuilder });
  expect(describe(ours)).toEqual(describe(theirs));
  expect(ours).toBe(theirs);
});

test('dema and creator make the same image with foreign buildpacks of every Buildpack API', async ({ real }) => {
  const app = join(folder, 'greeting');
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good <morning> & hello');
  const { foreignBuilder: builder } = real.artefacts;
  const { ours, theirs } = await buildTwice(real, 'foreign', { app, builder, env: { BP_LOUD: 'true' } });
  expect(describe(ours)).toEqual(describe(theirs));
  expect(ours).toBe(theirs);
});
