import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiAtLeast, PLATFORM_API, SUPPORTED_APIS } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { dema, eventsOf, makePlace } from '../../whole/dema.ts';
import { readConfig } from './crane.ts';
import { openLifecyclePlace } from './lifecycle-place.ts';
import { openPodman } from './podman-service.ts';
import { type Setting, test } from './setting.ts';

const folder = await mkdtemp(join(tmpdir(), 'dema-apis-'));
const place = await makePlace();
afterAll(() => Promise.all([removeFolder(folder), place.remove()]));

/** What the platforms of all versions have in common; `io.buildpacks.exec-env` and the variable are those of the version. */
async function readCommon(real: Setting, image: string) {
  const { config, rootfs, ...rest } = await readConfig(real, image);
  const { 'io.buildpacks.exec-env': _, ...Labels } = config?.Labels ?? {};
  const Env = config?.Env?.filter((one) => !one.startsWith('CNB_PLATFORM_API='));
  return { ...rest, rootfs, config: { ...config, Env, Labels } };
}

test('creator makes images with each Platform API, which run, and which dema builds again', async ({ real }) => {
  const app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good morning');
  const builder = real.artefacts.demaBuilder;
  const named = (api: string) => `${real.registry}/apis/platform:${api}`;
  for (const platformApi of [...SUPPORTED_APIS.platform].reverse()) {
    const image = named(platformApi);
    const lifecycle = await openLifecyclePlace(await mkdtemp(join(folder, 'place-')), real);
    await lifecycle.create({ app, builder, image, platformApi });
    if (apiAtLeast(platformApi, '0.12')) {
      expect(await readCommon(real, image), platformApi).toEqual(await readCommon(real, named(PLATFORM_API)));
    }
    const inEngine = await openPodman(real.engine)(['run', '--rm', image]);
    expect(inEngine.stdout, `${platformApi}: ${inEngine.stderr}`).toBe('Good morning from process 1\n');
    const here = await dema(['run', `docker://${image}`], place);
    expect(here.stdout, `${platformApi}: ${here.stderr}`).toBe('Good morning from process 1\n');
    const again = await dema(['build', app, '--builder', builder, '--publish', '--tag', image, '--json'], place);
    expect(again.code, again.stderr).toBe(0);
    const layers = eventsOf(again.stdout).filter(({ type, reused }) => type === 'layer-exported' && reused);
    expect(
      layers.map(({ name }) => name),
      platformApi,
    ).toContain('example/shell:words');
  }
});
