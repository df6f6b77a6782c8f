import { expect, test } from 'vitest';
import { launch } from './size-heap.ts';

const MIB = 1024 ** 2;
const ON = { OPTIMIZE_MEMORY: 'true' };

test.each([
  [ON, 128 * MIB, { MEMORY_AVAILABLE: '128', NODE_OPTIONS: '--max_old_space_size=96' }],
  [
    { ...ON, NODE_OPTIONS: '--use-openssl-ca' },
    128 * MIB,
    { MEMORY_AVAILABLE: '128', NODE_OPTIONS: '--use-openssl-ca --max_old_space_size=96' },
  ],
  [
    { ...ON, MEMORY_AVAILABLE: '200' },
    undefined,
    { MEMORY_AVAILABLE: '200', NODE_OPTIONS: '--max_old_space_size=150' },
  ],
  [
    { ...ON, MEMORY_AVAILABLE: `${200 * MIB}` },
    128 * MIB,
    { MEMORY_AVAILABLE: '200', NODE_OPTIONS: '--max_old_space_size=150' },
  ],
  [{ ...ON, NODE_OPTIONS: '--max-old-space-size=50' }, 128 * MIB, {}],
  [{ ...ON, NODE_OPTIONS: '--max_old_space_size=50' }, 128 * MIB, {}],
  [ON, undefined, {}],
  [{ OPTIMIZE_MEMORY: 'false' }, 128 * MIB, {}],
  [{}, 128 * MIB, {}],
])('%j with %s bytes gives %j', (env, limit, variables) => {
  expect(launch({ env, memoryLimit: () => limit })).toEqual(variables);
});
