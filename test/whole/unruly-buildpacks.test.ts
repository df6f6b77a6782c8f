import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLayout } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place, startDema, TEST_CACHE } from './dema.ts';

let place: Place;
let app: string;
let secrets: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'app');
  secrets = join(place.folder, 'secrets');
  for (const folder of [app, secrets]) await mkdir(folder);
  await writeFile(join(app, 'file.txt'), '');
  await writeFile(join(secrets, 'TOKEN'), 'TREASURE');
});

afterAll(() => place.remove());

/** The folder of a buildpack that says yes and whose build is these lines of shell; `$L` is its layers folder. */
async function writeBuildpack(id: string, build: string): Promise<string> {
  const folder = join(place.folder, id.replace('/', '-'));
  await mkdir(join(folder, 'bin'), { recursive: true });
  const head = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`;
  await writeFile(join(folder, 'buildpack.toml'), head);
  for (const [phase, script] of Object.entries({ detect: 'echo yes', build: `L=$CNB_LAYERS_DIR\n${build}` })) {
    await writeFile(join(folder, 'bin', phase), `#!/bin/bash\n${script}\n`);
    await chmod(join(folder, 'bin', phase), 0o755);
  }
  return folder;
}

function build(buildpacks: string[], ...args: string[]) {
  const named = buildpacks.flatMap((folder) => ['--buildpack', folder]);
  return dema(['build', app, ...named, '--tag', 'unruly', ...args], place);
}

const types = (name: string, words: string) => `printf '[types]\\n${words}' > $L/${name}.toml`;

test('links lead nothing of the host into the build', async () => {
  const linking = await writeBuildpack(
    'linking/env',
    `mkdir $L/a; ln -s ${secrets} $L/a/env; ${types('a', 'build = true')}; ln -s ${secrets}/TOKEN $L/launch.toml; ln -s ${secrets}/TOKEN $L/b.toml`,
  );
  const asking = await writeBuildpack('asking/env', 'echo "token: $TOKEN"');
  const { code, stderr } = await build([linking, asking], '--clear-cache');
  expect(stderr).toContain('token: \n');
  expect(stderr).not.toContain('TREASURE');
  expect(code).toBe(0);
});

test('a pipe in the place of a file holds nothing up', async () => {
  const piping = await writeBuildpack('piping/files', 'mkfifo $L/launch.toml $L/build.toml $L/a.toml');
  expect((await build([piping], '--clear-cache')).code).toBe(0);
});

test('a link in the place of a fault is none', async () => {
  const failing = await writeBuildpack('failing/link', `ln -s ${secrets}/TOKEN /tmp/fault.json; exit 5`);
  const { code, stderr } = await build([failing]);
  expect(stderr).toContain('The buildpack failing/link 1.0.0 ended with exit code 5.');
  expect(stderr).not.toContain('TREASURE');
  expect(code).toBe(51);
});

test('a full disk is told as one, whoever met it', async () => {
  const failing = await writeBuildpack('failing/disk', 'echo "cp: error writing: No space left on device" >&2; exit 1');
  const { code, stderr } = await build([failing]);
  expect(stderr).toContain(`No space is left for the content store at ${TEST_CACHE}.`);
  expect(stderr).toContain('(STORE_DISK_FULL)');
  expect(code).toBe(52);
});

test.each([
  ['a layer.toml of the old form', `echo 'launch = true' > $L/a.toml`],
  ['TOML that is none', 'echo x > $L/launch.toml'],
  ['a cached layer that is not there', types('a', 'cache = true')],
])('%s names the buildpack', async (_, script) => {
  const { code, stderr } = await build([await writeBuildpack('broken/files', script)], '--clear-cache');
  expect(stderr).toContain('The buildpack broken/files broke the Buildpack API');
  expect(stderr).toContain('(ENGINE_BUILDPACK_OUTPUT_INVALID)');
  expect(code).toBe(52);
});

test('a cached layer may hold read-only folders, odd modes and pipes, build after build', async () => {
  const odd = await writeBuildpack(
    'odd/layer',
    `if [ -d $L/a ]; then stat -c %a $L/a/shared $L/a/closed; else
       mkdir -p $L/a/shared $L/a/closed; mkfifo $L/a/pipe; chmod 775 $L/a/shared; touch $L/a/closed/file; chmod 555 $L/a/closed; fi
     ${types('a', 'cache = true\\nlaunch = true')}`,
  );
  expect((await build([odd], '--clear-cache')).code).toBe(0);
  for (const _ of [2, 3]) {
    const { code, stderr } = await build([odd]);
    expect(stderr).toContain('775\n');
    expect(stderr).toContain('555\n');
    expect(code).toBe(0);
  }
});

test('a buildpack that is named twice runs once', async () => {
  const once = await writeBuildpack('once/only', 'echo ran');
  const { code, stderr } = await build([once, once], '--clear-cache');
  expect(stderr.match(/ran\n/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test('a variable cannot be named out of its place', async () => {
  const { code, stderr } = await build([await writeBuildpack('any/one', 'true')], '--env', '../../layers/x=1');
  expect(stderr).toContain('(ENGINE_ENV_NAME_INVALID)');
  expect(code).toBe(3);
});

test('what is in a variable gives the sandbox nothing more', async () => {
  const opening = await writeBuildpack(
    'opening/env',
    `mkdir -p $L/a/env; printf 'x\\0--bind\\0${secrets}\\0/mnt' > $L/a/env/X; ${types('a', 'build = true')}`,
  );
  const asking = await writeBuildpack('asking/folder', 'cat /mnt/TOKEN');
  const { code, stderr } = await build([opening, asking], '--clear-cache');
  expect(stderr).not.toContain('TREASURE');
  expect(stderr).toContain('(ENGINE_WORD_INVALID)');
  expect(code).toBe(1);
});

test('values of variables show in no list of processes', async () => {
  const slow = await writeBuildpack('slow/one', 'echo begun; sleep 63.75');
  const args = ['build', app, '--buildpack', slow, '--tag', 'slow', '--env', 'NPM_TOKEN=s3cr3t-value'];
  const started = startDema(args, place);
  await expect.poll(() => started.errors(), { timeout: 30_000 }).toContain('begun');
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  started.kill('SIGTERM');
  await started.ended;
  expect(processes).toContain('sleep 63.75');
  // The command line of dema itself is the user's own; what dema starts must not repeat it.
  const repeated = processes.split('\n').filter((line) => line.includes('s3cr3t-value') && line.includes('bwrap'));
  expect(repeated).toEqual([]);
});

test('what was downloaded is kept when the build fails', async () => {
  const content = `downloaded ${process.pid}`;
  const name = createHash('sha256').update(`${content}\n`).digest('hex');
  const failing = await writeBuildpack('failing/late', `echo '${content}' > $DEMA_INBOX/${name}; exit 1`);
  expect((await build([failing])).code).toBe(51);
  expect(existsSync(join(TEST_CACHE, 'downloads/blobs/sha256', name))).toBe(true);
});

test('a store and an image in the folder of the app are no part of it', async () => {
  const inside = join(place.folder, 'inside');
  await mkdir(inside);
  await writeFile(join(inside, 'file.txt'), '');
  const env = { ...place.env, DEMA_CACHE: join(inside, '.cache'), XDG_DATA_HOME: join(inside, '.data') };
  await mkdir(join(inside, '.cache'), { recursive: true });
  execFileSync('cp', [
    '-al',
    ...['trees', 'records', 'blobs', 'downloads'].map((name) => join(TEST_CACHE, name)),
    env.DEMA_CACHE,
  ]);
  const layout = join(inside, 'image');
  const args = ['build', inside, '--buildpack', await writeBuildpack('any/other', 'true'), '--output', `oci:${layout}`];
  for (const _ of [1, 2]) expect((await dema(args, { ...place, env })).code).toBe(0);
  const image = await readLayout(await openStore(join(place.folder, 'store')), layout);
  const trees = await Promise.all(image.layers.map(async (layer) => readdir(await layer.tree(), { recursive: true })));
  const paths = trees.flat().filter((path) => path.startsWith('workspace/') && !path.startsWith('workspace/.data'));
  expect(paths).toEqual(['workspace/file.txt']);
});
