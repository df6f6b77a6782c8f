import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageBuildpack } from '@dema/buildpack';
import { findLifecycleMetadata, readSbomLayer } from '@dema/engine';
import { readLayout } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place, TEST_CACHE } from '../whole/dema.ts';
import { findMissingGo, go, TEN_MINUTES } from './go.ts';
import { type Creation, createWithLifecycle } from './oracle.ts';

const BUILDPACKS = join(import.meta.dirname, '../buildpacks');
const LAUNCHER_SBOM = 'buildpacksio_lifecycle/launcher/';

let place: Place;
/** Kept, so that it is linked once. */
const program = join(import.meta.dirname, '../../node_modules/.cache/dema-lifecycle/lifecycle');
/** Why the official lifecycle cannot be built here. */
let missing: string | undefined;

beforeAll(async () => {
  place = await makePlace();
  missing = await findMissingGo();
  if (missing !== undefined) return;
  const built = await go(['build', '-o', program, './oracle']);
  expect(built, built.stderr).toMatchObject({ code: 0 });
}, TEN_MINUTES);

afterAll(() => place.remove());

test('the official lifecycle makes the same image of the same app and buildpacks', async ({ skip }) => {
  skip(missing !== undefined, missing);
  const app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good <morning> & hello');
  await writeFile(join(app, 'package.json'), JSON.stringify({ scripts: { start: 'node server.js' } }));
  await writeFile(join(app, 'server.js'), 'require("node:http").createServer().listen(process.env.PORT)');
  const foreign = ['everything', 'shell'].map((name) => join(BUILDPACKS, name));
  const { ours, theirs } = await buildTwice({
    app,
    buildpacks: [...foreign, await packageNodejs()],
    env: { BP_LOUD: 'true' },
    // What our build has downloaded need not be downloaded again.
    theirs: {
      env: { DEMA_STORE: '/cnb/store' },
      mounts: {
        [`/cnb/buildpacks/dema_runtime/${process.versions.node}/bin/node`]: process.execPath,
        '/cnb/store': join(TEST_CACHE, 'downloads'),
      },
    },
  });
  expect(describe(theirs)).toEqual(describe(ours));
  expect(theirs).toBe(ours);
}, 120_000);

async function packageNodejs(): Promise<string> {
  const folder = join(place.folder, 'nodejs');
  await mkdir(folder);
  await packageBuildpack(join(import.meta.dirname, '../../buildpacks/nodejs'), folder);
  return folder;
}

interface Twice extends Pick<Creation, 'app' | 'buildpacks' | 'env'> {
  /** What the lifecycle needs besides. */
  theirs?: Pick<Creation, 'env' | 'mounts'>;
}

/** The configurations of both images, as bytes, with our launcher in the place of the other. */
async function buildTwice({ app, buildpacks, env = {}, theirs: more }: Twice) {
  const folder = `${app}-ours`;
  const named = buildpacks.flatMap((path) => ['--buildpack', path]);
  const set = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const args = ['build', app, ...named, ...set, '--output', `oci:${folder}`, '--clear-cache'];
  const built = await dema(args, place);
  expect(built, built.stderr).toMatchObject({ code: 0 });
  const store = await openStore(join(place.folder, 'store'));
  const image = await readLayout(store, folder);
  const metadata = findLifecycleMetadata(image);
  if (metadata === undefined) throw new Error('our image has no label');
  const { reference, image: name = '' } = metadata.runImage;
  const sboms = [...(await readSbomLayer({ image, metadata }))].filter(([path]) => path.startsWith(LAUNCHER_SBOM));
  const layout = await createWithLifecycle(`${app}-theirs`, program, {
    ...{ app, buildpacks, mounts: more?.mounts, runImage: { reference, image: name } },
    env: { ...env, ...more?.env },
    launcherVersion: JSON.parse(image.config.config?.Labels?.['io.buildpacks.build.metadata'] ?? '').launcher.version,
    launcherSbom: Object.fromEntries(sboms.map(([path, text]) => [path.slice(LAUNCHER_SBOM.length), text])),
  });
  const [ours, theirs] = [await readConfig(folder), await readConfig(layout)];
  return { ours, theirs: theirs.replaceAll(launcherOf(theirs), launcherOf(ours)) };
}

async function readConfig(layout: string): Promise<string> {
  const blob = (digest: string) => readFile(join(layout, 'blobs', digest.replace(':', '/')), 'utf8');
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));
  return blob(JSON.parse(await blob(index.manifests[0].digest)).config.digest);
}

/** The digest of the layer with the launcher, which is another program. */
function launcherOf(config: string): string {
  const label = JSON.parse(config).config.Labels['io.buildpacks.lifecycle.metadata'];
  return JSON.parse(label).launcher.sha;
}

/** What is easier to compare than bytes. */
function describe(config: string): unknown {
  const parsed = JSON.parse(config);
  const labels = Object.entries<string>(parsed.config.Labels).map(([name, value]) => {
    return [name, value.startsWith('{') ? JSON.parse(value) : value];
  });
  return { ...parsed, config: { ...parsed.config, Labels: Object.fromEntries(labels) } };
}
