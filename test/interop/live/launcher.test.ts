import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUPPORTED_APIS } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { readCases } from '../cases.ts';
import { type LaunchPlace, openLaunchPlace } from '../launch-place.ts';
import { type LaunchCase, type Started, startCase } from '../start-case.ts';
import { openPodman } from './podman-service.ts';
import { type Setting, test } from './setting.ts';

const folder = await mkdtemp(join(tmpdir(), 'dema-launched-'));
const place = await makePlace();
let launch: LaunchPlace;
beforeAll(async () => {
  launch = await openLaunchPlace();
});
afterAll(() => Promise.all([removeFolder(folder), removeFolder(launch.root), place.remove()]));

test.for(await readCases<LaunchCase, Started>('launcher'))(
  'both launchers start the same: $name',
  async ({ given }, { real }) => {
    const theirs = await startCase(given, real.tools.launcher, await launch.makeFolder());
    expect(await startCase(given, launch.launcher, await launch.makeFolder())).toEqual(theirs);
  },
);

/** Entry points and arguments of containers. */
const STARTS: [entry: string | undefined, ...args: string[]][] = [
  ...SUPPORTED_APIS.buildpack.flatMap((api): [string, ...string[]][] => {
    const entry = `/cnb/process/api-${api.replace('.', '-')}`;
    return [[entry], [entry, 'of the', 'user']];
  }),
  [undefined],
  ['launcher', 'env | grep -e MADE_ -e SAID -e PROFILED -e ^PATH | sort'],
  ['launcher', '--', 'show-api-0-9', 'x y'],
  ['launcher', 'show-api-0-12', '$SAID', 'a b'],
  ['/cnb/process/none-such'],
  ['launcher', '--', 'none-such'],
];

test('images with either launcher start the same in a container engine', async ({ real }) => {
  const app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good morning');
  const { foreignBuilder, foreignBuilderAlone } = real.artefacts;
  const official = await build(real, app, foreignBuilder, 'official');
  const own = await build(real, app, foreignBuilderAlone, 'own');
  for (const [entry, ...args] of STARTS) {
    const [theirs, ours] = await Promise.all([official, own].map((image) => start(real, image, entry, args)));
    expect(ours, [entry, ...args].join(' ')).toEqual(theirs);
  }
});

async function build(real: Setting, app: string, builder: string, name: string): Promise<string> {
  const image = `${real.registry}/launched/${name}`;
  const built = await dema(['build', app, '--builder', builder, '--publish', '--tag', image], place);
  expect(built.code, built.stderr).toBe(0);
  return image;
}

async function start({ engine }: Setting, image: string, entry: string | undefined, args: string[]) {
  const entrypoint = entry === undefined ? [] : ['--entrypoint', entry];
  const { code, stdout } = await openPodman(engine)(['run', '--rm', ...entrypoint, image, ...args]);
  // What went wrong theirs writes to standard output, ours to standard error.
  return code === 0 ? { code, stdout } : { code };
}
