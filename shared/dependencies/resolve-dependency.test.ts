import { type Fault, isFault } from '@dema/errors';
import { debianOrder } from '@dema/versions';
import { expect, test } from 'vitest';
import type { Architecture, Dependency } from './dependency.ts';
import { resolveDependency, type Want } from './resolve-dependency.ts';

function dependency(id: string, version: string, architecture?: Architecture): Dependency {
  const checksum = `sha256:${'0'.repeat(64)}` as const;
  const sources = [{ uri: `pkg:npm/${id}@${version}`, checksum }];
  return {
    id,
    name: id === 'node' ? 'Node.js' : id,
    version,
    architecture,
    sources,
    purl: `pkg:generic/${id}@${version}`,
  };
}

const INVENTORY = [
  dependency('node', '24.9.0', 'amd64'),
  dependency('node', '24.10.0', 'amd64'),
  dependency('node', '22.1.0', 'amd64'),
  dependency('node', '24.10.0', 'arm64'),
  dependency('node', '26.0.0', 'arm64'),
  dependency('npm', '11.0.0'),
  dependency('nginx', '1.26.3-3+deb13u1'),
  dependency('nginx', '1.26.3-3+deb13u2'),
];

const AMD64 = { architecture: 'amd64', defaultRange: '24' } as const;
const wants = (...pairs: [string, string][]): Want[] => pairs.map(([source, range]) => ({ source, range }));

test.each<[Want[], string]>([
  [wants(['package.json engines.node', '^24']), '24.10.0, newest of "^24" from package.json engines.node'],
  [wants(['BP_NODE_VERSION', '24.9.0'], ['.nvmrc', '22']), '24.9.0, asked for by BP_NODE_VERSION'],
  [wants(['.nvmrc', 'v22.1.0']), '22.1.0, asked for by .nvmrc'],
  [wants(['package.json engines.node', '>=20, <24']), '22.1.0, newest of ">=20, <24" from package.json engines.node'],
  [wants(['x', '*']), '24.10.0, newest of "*" from x'],
  [[], '24.10.0, newest of "24", the default'],
])('the first of %j decides: %s', (asked, reason) => {
  const resolution = resolveDependency(INVENTORY, 'node', asked, AMD64);
  expect(resolution.reason).toBe(reason);
  expect(resolution.dependency).toMatchObject({ version: reason.split(',')[0], architecture: 'amd64' });
  expect(resolution.winner).toEqual(asked[0] ?? { source: 'the default', range: '24' });
  expect(resolution.candidates.slice(0, -1)).toMatchObject(asked);
  expect(resolution.candidates.at(-1)).toEqual({ source: 'the default', range: '24', version: '24.10.0' });
});

test('candidates are told with what each would give, and with all that there is', () => {
  const asked = wants(['BP_NODE_VERSION', '22'], ['package.json', '>=99'], ['.nvmrc', '24.9.0']);
  const { candidates, available } = resolveDependency(INVENTORY, 'node', asked, AMD64);
  expect(candidates.map(({ source, version }) => [source, version])).toEqual([
    ['BP_NODE_VERSION', '22.1.0'],
    ['package.json', undefined],
    ['.nvmrc', '24.9.0'],
    ['the default', '24.10.0'],
  ]);
  expect(available).toEqual(['24.10.0', '24.9.0', '22.1.0']);
});

test('without a default the newest for the architecture wins', () => {
  expect(resolveDependency(INVENTORY, 'node', [], { architecture: 'arm64' }).dependency.version).toBe('26.0.0');
});

test('a dependency without an architecture serves each', () => {
  expect(resolveDependency(INVENTORY, 'npm', [], { architecture: 'arm64' }).dependency.version).toBe('11.0.0');
});

test('versions are compared by the order that is given', () => {
  const options = { architecture: 'amd64', order: debianOrder } as const;
  const { dependency: newest } = resolveDependency(INVENTORY, 'nginx', wants(['x', '>= 1.26, << 1.27']), options);
  expect(newest.version).toBe('1.26.3-3+deb13u2');
});

function faultOf(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error('no fault');
}

test('a range that nothing satisfies is the fault of its source, and is told with what there is', () => {
  const fault = faultOf(() => resolveDependency(INVENTORY, 'node', wants(['.nvmrc', '26'], ['x', '24']), AMD64));
  expect(fault.code).toBe('DEPENDENCY_VERSION_UNSATISFIABLE');
  expect(fault.blame).toBe('user');
  expect(fault.problem).toBe('no version of Node.js for amd64 satisfies "26" from .nvmrc');
  expect(fault.details).toEqual(['there is: 24.10.0, 24.9.0, 22.1.0', 'for other architectures only: 26.0.0']);
  expect(fault.fix).toContain('such as "24"');
});

test('the example is the newest version when there is no default, or none that works', () => {
  for (const defaultRange of [undefined, '18']) {
    const options = { architecture: 'amd64', defaultRange } as const;
    expect(faultOf(() => resolveDependency(INVENTORY, 'node', wants(['x', '1']), options)).fix).toContain(
      'such as "24.10.0"',
    );
  }
});

test('what exists for another architecture alone', () => {
  const inventory = [dependency('jdk', '25.0.0', 'arm64')];
  const fault = faultOf(() => resolveDependency(inventory, 'jdk', [], { architecture: 'amd64' }));
  expect(fault.details).toEqual(['there is no jdk for amd64', 'for other architectures only: 25.0.0']);
  expect(fault.fix).toBe('use a builder whose buildpack has jdk for amd64');
});

test('a text that is no range is the fault of its source', () => {
  const fault = faultOf(() => resolveDependency(INVENTORY, 'node', wants(['.nvmrc', 'lts/krypton']), AMD64));
  expect(fault.code).toBe('DEPENDENCY_RANGE_INVALID');
  expect(fault.problem).toContain('"lts/krypton" from .nvmrc');
});

test('an id that the inventory lacks is a mistake of the buildpack', () => {
  expect(() => resolveDependency(INVENTORY, 'deno', [], AMD64)).toThrow('no dependency "deno" in the inventory');
});
