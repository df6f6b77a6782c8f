import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { BIN, type Ended, runProgram } from './run-program.ts';

/** What ordinary tests keep between their runs: packages of Debian are taken from there. */
const WARM = process.env.DEMA_CACHE ?? join(import.meta.dirname, '../../node_modules/.cache/dema');
/** A cache with nothing in it but what every build stands on. */
const BASE = `${WARM}-faults`;

/** A cache and a folder of images of its own. */
export interface FaultPlace {
  folder: string;
  cache: string;
  env: Record<string, string | undefined>;
  build(args: string[], env?: Record<string, string | undefined>): Promise<Ended>;
  dema(args: string[], env?: Record<string, string | undefined>): Promise<Ended>;
  remove(): Promise<void>;
}

/** Parts of a cache that may be files of another one: they are never changed, only replaced. */
const SHARED = ['blobs', 'trees', 'records', 'downloads', 'compiled'];

/** A place whose cache has base images and the like by hard links; with `from` it begins as that one. */
export async function makeFaultPlace(from?: string): Promise<FaultPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'dema-faults-'));
  const cache = join(folder, 'cache');
  await mkdir(cache);
  link(from ?? (await makeBase(folder)), cache);
  const env = { ...process.env, DEMA_CACHE: cache, XDG_DATA_HOME: join(folder, 'data'), NO_COLOR: '1' };
  const dema = (args: string[], more: Record<string, string | undefined> = {}) =>
    runProgram(process.execPath, [BIN, ...args], { ...env, ...more });
  return {
    folder,
    cache,
    env,
    dema,
    build: (args, more) => dema(['build', ...args, '--json'], more),
    remove: () => removeFolder(folder),
  };
}

function link(from: string, to: string): void {
  const there = SHARED.filter((name) => existsSync(join(from, name)));
  if (there.length > 0) execFileSync('cp', ['-al', ...there.map((name) => join(from, name)), to]);
}

/** Made once, by a build of next to nothing; from then on it costs that build. */
async function makeBase(folder: string): Promise<string> {
  if (!existsSync(BASE) && existsSync(join(WARM, 'downloads'))) {
    await mkdir(BASE, { recursive: true });
    execFileSync('cp', ['-al', join(WARM, 'downloads'), BASE]);
    await removeRuntimes(BASE);
  }
  const args = await writeLargeApp(await mkdtemp(join(folder, 'base-')), 0);
  const env = { ...process.env, DEMA_CACHE: BASE, XDG_DATA_HOME: join(folder, 'base-data') };
  const { code, stderr } = await runProgram(process.execPath, [BIN, 'build', ...args, '--tag', 'base'], env);
  if (code !== 0) throw new Error(stderr);
  return BASE;
}

/** Takes some packages of the build image out of the downloads, and lets base images be put together anew. */
export async function forgetBaseImages(cache: string, packages: number): Promise<void> {
  const folder = join(cache, 'downloads/blobs/sha256');
  const lock = await readFile(join(import.meta.dirname, '../../builders/base/build.lock.json'), 'utf8');
  const locked: { sha256: string; size: number }[] =
    JSON.parse(lock).architectures[process.arch === 'arm64' ? 'arm64' : 'amd64'];
  for (const { sha256 } of locked.filter(({ size }) => size < SMALL).slice(0, packages)) await rm(join(folder, sha256));
  for (const name of ['base-image', 'launchers']) {
    await rm(join(cache, 'records', name), { recursive: true, force: true });
  }
}

const SMALL = 500_000;
const LARGE = 40 * 1024 * 1024;

/** Takes what is larger than any package of Debian out of the downloads: a build has to download its Node.js again. */
export async function removeRuntimes(cache: string): Promise<void> {
  const folder = join(cache, 'downloads/blobs/sha256');
  for (const name of await readdir(folder)) {
    if ((await stat(join(folder, name))).size > LARGE) await rm(join(folder, name));
  }
}

const BUILD = `#!/bin/sh
set -eu
layer=$CNB_LAYERS_DIR/data
echo begun
if [ ! -d "$layer" ]; then mkdir "$layer"; cp data.bin "$layer/"; mkdir "$layer/small"; for n in $(seq 200); do echo "$n" > "$layer/small/$n"; done; fi
echo copied
\${SLOW:+sleep $SLOW}
printf '[types]\\nlaunch = true\\ncache = true\\nbuild = true\\n[metadata]\\na = "b"\\n' > "$layer.toml"
printf '[[processes]]\\ntype = "web"\\ncommand = ["true"]\\ndefault = true\\n' > "$CNB_LAYERS_DIR/launch.toml"
`;

/** An app of one large file, and a buildpack that makes a layer of it which is cached: the arguments of a build. */
export async function writeLargeApp(folder: string, megabytes = 12): Promise<string[]> {
  const [app, buildpack] = [join(folder, 'large'), join(folder, 'buildpack')];
  await mkdir(app);
  await mkdir(join(buildpack, 'bin'), { recursive: true });
  await writeFile(join(app, 'data.bin'), incompressible(megabytes * 1024 * 1024));
  const descriptor = 'api = "0.10"\n[buildpack]\nid = "faults/large"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n';
  await writeFile(join(buildpack, 'buildpack.toml'), descriptor);
  for (const [phase, script] of Object.entries({ detect: '#!/bin/sh\necho yes\n', build: BUILD })) {
    await writeFile(join(buildpack, 'bin', phase), script);
    await chmod(join(buildpack, 'bin', phase), 0o755);
  }
  return [app, '--buildpack', buildpack];
}

/** The same bytes each time. */
function incompressible(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 1; at < length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes.writeInt32LE(state ^ (state >>> 15), at);
  }
  return bytes;
}
