import { appendFile, cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRegistryName, pullImage, pushImage } from '@dema/oci';
import { openStore } from '@dema/store';
import { startDockerRegistry } from '../interop/live/docker-registry.ts';
import { findMissing } from '../interop/live/find-missing.ts';
import { buildRealTools } from '../interop/live/real-tools.ts';
import { openBaseImages } from '../whole/builder-image.ts';
import { installDema } from '../whole/installed-dema.ts';
import { openCreator } from './creator.ts';
import { type Measured, measure, median, type Watched } from './measure.ts';

const LIMIT = 8;

interface Pair {
  what: string;
  ours: Measured;
  theirs: Measured;
}

/**
 * Builds of one app with one builder in one registry on this machine, by dema as it is published and by the official `creator`, in
 * turn; a table of both, or why there is none.
 */
export async function benchBesideCreator(sample: string, folder: string, runs: number): Promise<string> {
  const missing = await findMissing(process.env);
  if (missing !== undefined) return `beside creator: not measured, ${missing}`;
  const registry = await startDockerRegistry();
  try {
    return renderPairs(await measurePairs(sample, { folder: join(folder, 'beside'), runs, host: registry.host }));
  } finally {
    await registry.stop();
  }
}

async function measurePairs(
  sample: string,
  { folder, runs, host }: { folder: string; runs: number; host: string },
): Promise<Pair[]> {
  const app = join(folder, 'app');
  await mkdir(folder);
  await cp(sample, app, { recursive: true });
  const cache = join(folder, 'cache');
  const given = { ...process.env, DEMA_CACHE: cache, XDG_DATA_HOME: join(folder, 'data'), NO_COLOR: '1' };
  const { node, bin, env } = await installDema(folder, given);
  const dema = (args: string[], watched: Watched = 'nothing') =>
    measure(node, [bin, ...args], { cwd: folder, env, watched });
  const builder = await publishBuilder(host, dema);
  const pulled = await pullImage(await openStore(cache), parseRegistryName(builder), { env: process.env });
  if (pulled === undefined) throw new Error('the builder was not published');
  const creator = await openCreator(pulled.image, { cache, folder });
  const ours = (watched: Watched) =>
    dema(['build', app, '--builder', builder, '--publish', '--tag', `${host}/ours:1`], watched);
  const theirs = async (watched: Watched) => {
    const { command, args } = await creator.prepare(app, `${host}/theirs:1`);
    return measure(command, args, { cwd: folder, env: {}, watched });
  };
  // Both have the builder, and nothing of an earlier build.
  await dema(['detect', app, '--builder', builder]);
  await rm(join(cache, 'downloads'), { recursive: true, force: true });
  const cold = { what: 'cold, Node.js and packages downloaded', ours: await ours('all'), theirs: await theirs('all') };
  const nothing = async () => undefined;
  const changeLine = () => appendFile(join(app, 'server.js'), '// a line\n');
  return [
    cold,
    await compare({ what: 'nothing changed', runs, before: nothing, ours, theirs }),
    await compare({ what: 'one line of the app changed', runs, before: changeLine, ours, theirs }),
  ];
}

interface Comparison {
  what: string;
  runs: number;
  before: () => Promise<void>;
  ours: (watched: Watched) => Promise<Measured>;
  theirs: (watched: Watched) => Promise<Measured>;
}

/** Medians of the times; memory of one run more, as watching takes time. */
async function compare({ what, runs, before, ours, theirs }: Comparison): Promise<Pair> {
  const times = { ours: [] as Measured[], theirs: [] as Measured[] };
  for (let run = 0; run < runs; run += 1) {
    await before();
    times.ours.push(await ours('nothing'));
    times.theirs.push(await theirs('nothing'));
  }
  await before();
  return {
    what,
    ours: { ...median(times.ours), memory: (await ours('all')).memory },
    theirs: { ...median(times.theirs), memory: (await theirs('all')).memory },
  };
}

/** The builder `base` with the official lifecycle, and the run image that both take. */
async function publishBuilder(host: string, dema: (args: string[]) => Promise<Measured>): Promise<string> {
  const { lifecycleArchive } = await buildRealTools();
  const { run } = await openBaseImages();
  const [builder, runImage] = [`${host}/builder:1`, `${host}/run:1`];
  await pushImage(parseRegistryName(runImage), run, { env: process.env });
  const target = `linux/${run.config.architecture}`;
  const given = ['--config', 'base', '--lifecycle', lifecycleArchive, '--run-image', runImage, '--target', target];
  await dema(['builder', 'create', builder, ...given, '--publish']);
  return builder;
}

function renderPairs(pairs: Pair[]): string {
  const cells = ({ seconds, memory }: Measured) => `${seconds.toFixed(2)} s | ${Math.round(memory / 1_000_000)} MB`;
  const ratio = ({ ours, theirs }: Pair) => theirs.seconds / ours.seconds;
  const lines = pairs.map(
    (pair) => `| ${pair.what} | ${cells(pair.ours)} | ${cells(pair.theirs)} | ${ratio(pair).toFixed(1)} × |`,
  );
  const unchanged = pairs.find(({ what }) => what === 'nothing changed');
  const verdict = unchanged && ratio(unchanged) >= LIMIT ? 'as wanted' : 'MISSED';
  return [
    '| build and publish | dema | memory | creator | memory | dema is faster |',
    '|---|---|---|---|---|---|',
    ...lines,
    `nothing changed: at least ${LIMIT} times faster, ${verdict}`,
  ].join('\n');
}
