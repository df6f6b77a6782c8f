import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBesideCreator } from './beside-creator.ts';
import { measureLauncher } from './launch.ts';
import { type Measured, measure, median } from './measure.ts';
import { benchRebase } from './rebase.ts';

const ROOT = join(import.meta.dirname, '../..');
const DEMA = join(ROOT, 'scripts/bin/dema.js');
const SMALL = join(ROOT, 'test/apps/nodejs/express');
const SHOP = join(ROOT, 'test/bench/shop');
const HELP = `Measures builds of a sample app beside raw npm and beside the official lifecycle, in one run, and prints tables.

  npm run bench -- [--app FOLDER] [--runs N] [--images N]

--app    folder with the app, with a package-lock.json (default: test/apps/nodejs/express)
--runs   how often the short measurements are repeated; the median counts (default: 5)
--images how many app images are rebased and rolled out in a registry (default: 1000; 0 leaves that out)
--only-images  measures that alone
--only-creator  measures builds beside the official creator alone, without --app also those of an app with 280 packages
--large  measures an app with a file of 1.5 GB and one with 100,000 files too: a minute, and 8 GB of disk`;

interface Row {
  what: string;
  seconds: number;
  memory?: number;
}

const { values } = parseArgs({
  options: {
    app: { type: 'string', default: SMALL },
    runs: { type: 'string', default: '5' },
    large: { type: 'boolean', default: false },
    images: { type: 'string', default: '1000' },
    'only-images': { type: 'boolean', default: false },
    'only-creator': { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
});

if (values.help) process.stdout.write(`${HELP}\n`);
else if (values['only-images']) await inFolder(benchImages);
else if (values['only-creator']) await inFolder((place) => benchCreator(place, Number(values.runs)));
else await inFolder((place) => bench(place, values.app, Number(values.runs), values.large));

interface BenchPlace {
  folder: string;
  /** With a cache and images of its own. */
  env: NodeJS.ProcessEnv;
}

async function inFolder(use: (place: BenchPlace) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dema-bench-'));
  const own = { DEMA_CACHE: join(folder, 'cache'), XDG_DATA_HOME: join(folder, 'data'), NO_COLOR: '1' };
  try {
    await use({ folder, env: { ...process.env, ...own } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bench({ folder, env }: BenchPlace, sample: string, runs: number, isLarge: boolean): Promise<void> {
  const app = join(folder, 'app');
  await cp(sample, app, { recursive: true });
  const rows = [...(await benchDema({ app, env, runs })), ...(await benchNpm({ app, folder, runs }))];
  if (isLarge) rows.push(...(await benchLarge(folder, env)));
  process.stdout.write(`${renderTable(rows)}\n\n${await phaseLine(app, env)}\n`);
  process.stdout.write(`launcher: ${asMilliseconds(await measureLauncher(runs * 5))} before the app starts\n`);
  process.stdout.write(`${await imageLine(env)}\n\n`);
  await benchCreator({ folder, env }, runs);
  await benchImages({ folder, env });
}

/** Of the app, which is a small one, and where none was asked for of one that has as many packages as apps have. */
async function benchCreator({ folder }: BenchPlace, runs: number): Promise<void> {
  for (const sample of values.app === SMALL ? [SMALL, SHOP] : [values.app]) {
    const place = join(folder, basename(sample));
    await mkdir(place);
    process.stdout.write(`${relative(ROOT, sample)}\n\n${await benchBesideCreator(sample, place, runs)}\n\n`);
  }
}

async function benchImages({ folder, env }: BenchPlace): Promise<void> {
  const count = Number(values.images);
  if (count > 0) process.stdout.write(`${renderTable(await benchRebase(folder, env, count))}\n`);
}

interface Subject {
  app: string;
  env: NodeJS.ProcessEnv;
  runs: number;
}

async function benchDema({ app, env, runs }: Subject): Promise<Row[]> {
  const dema = (...args: string[]) => measure(process.execPath, [DEMA, ...args], { cwd: app, env });
  const build = (...args: string[]) => dema('build', app, '--tag', 'bench', ...args);
  const empty = await build();
  const stored = await repeat(runs, () => build('--clear-cache'));
  const unchanged = await repeat(runs, () => build());
  const changed = await repeat(runs, async () => {
    await changeLine(app);
    return build();
  });
  const detect = await repeat(runs, () => dema('detect', app));
  const start = await repeat(runs, () => dema('--version'));
  const npx = await repeat(runs, () => measure('npx', ['dema', '--version'], { cwd: ROOT, env }));
  return [
    { what: 'build, everything empty: base images, Node.js, npm and packages downloaded', ...empty },
    { what: 'build, cold: base images, Node.js and npm in the store', ...stored },
    { what: 'build, nothing changed', ...unchanged },
    { what: 'build, one line of the app changed', ...changed },
    { what: 'detect', ...detect },
    { what: 'the command itself (`dema --version`)', ...start },
    { what: 'what npx adds to each of these', seconds: npx.seconds - start.seconds },
  ];
}

function changeLine(app: string): Promise<void> {
  return appendFile(join(app, 'server.js'), '// another line\n');
}

async function benchNpm({ app, folder, runs }: { app: string; folder: string; runs: number }): Promise<Row[]> {
  const cache = join(folder, 'npm-cache');
  const ci = () => measure('npm', ['ci', '--omit=dev', '--cache', cache], { cwd: app, env: process.env });
  const cold = await repeat(runs, async () => {
    await rm(cache, { recursive: true, force: true });
    return ci();
  });
  return [
    { what: 'raw `npm ci --omit=dev`, empty npm cache', ...cold },
    { what: 'raw `npm ci --omit=dev`, warm npm cache', ...(await repeat(runs, ci)) },
  ];
}

/** What counts here is the memory, which must not grow with the app. */
async function benchLarge(folder: string, env: NodeJS.ProcessEnv): Promise<Row[]> {
  const [file, files] = [join(folder, 'large-file'), join(folder, 'many-files')];
  for (const app of [file, files]) {
    await mkdir(app);
    await writeFile(join(app, 'server.js'), '');
  }
  await writeFile(join(file, 'file'), randomChunks(1500));
  for (let index = 0; index < 200; index += 1) {
    await mkdir(join(files, `folder-${index}`));
    for (let name = 0; name < 500; name += 1) writeFileSync(join(files, `folder-${index}/${name}.js`), `// ${name}\n`);
  }
  const build = (app: string) => measure(process.execPath, [DEMA, 'build', app], { cwd: app, env });
  return [
    { what: 'build, an app with a file of 1.5 GB', ...(await build(file)) },
    { what: 'build, an app with 100,000 small files', ...(await build(files)) },
  ];
}

function* randomChunks(megabytes: number): Generator<Uint8Array> {
  for (let count = 0; count < megabytes; count += 1) yield randomBytes(1_000_000);
}

async function repeat(runs: number, run: () => Promise<Measured>): Promise<Measured> {
  const measured: Measured[] = [];
  for (let index = 0; index < runs; index += 1) measured.push(await run());
  return median(measured);
}

function renderTable(rows: Row[]): string {
  const lines = rows.map(({ what, seconds, memory }) => {
    const shown = memory === undefined ? '' : `${Math.round(memory / 1_000_000)} MB`;
    return `| ${what} | ${seconds.toFixed(2)} s | ${shown} |`;
  });
  return ['| | time | peak memory |', '|---|---|---|', ...lines].join('\n');
}

/** What the phases of one more unchanged build take, by their own events. */
async function phaseLine(app: string, env: NodeJS.ProcessEnv): Promise<string> {
  await changeLine(app);
  const args = ['build', app, '--tag', 'bench', '--json'];
  const { stdout } = await measure(process.execPath, [DEMA, ...args], { cwd: app, env });
  const events: { type: string; phase: string; durationMs: number }[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const phases = events.filter(({ type }) => type === 'phase-end');
  return `phases, one line changed: ${phases.map(({ phase, durationMs }) => `${phase} ${asMilliseconds(durationMs / 1000)}`).join(', ')}`;
}

function asMilliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}

async function imageLine(env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await measure(process.execPath, [DEMA, 'images', '--json'], { cwd: ROOT, env });
  const [image] = JSON.parse(stdout);
  return `image: ${(image.size / 1_000_000).toFixed(1)} MB compressed`;
}
