import { expect, test } from 'vitest';
import { findMemoryLimit } from './memory-limit.ts';

const GIB = 1024 ** 3;

test.each<[string, Record<string, string>, number | undefined]>([
  [
    'the one group of a container',
    { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': '134217728\n' },
    134217728,
  ],
  ['no limit', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': 'max\n' }, undefined],
  ['nobody may look', {}, undefined],
  [
    'the tightest on the way up',
    {
      '/proc/self/cgroup': '0::/pod/app\n',
      '/sys/fs/cgroup/pod/app/memory.max': 'max',
      '/sys/fs/cgroup/pod/memory.max': '1000',
      '/sys/fs/cgroup/memory.max': '2000',
    },
    1000,
  ],
  [
    'version 1',
    {
      '/proc/self/cgroup': '5:cpu:/x\n4:blkio,memory:/docker/1\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '1000',
    },
    1000,
  ],
  [
    'version 1 without a limit',
    { '/proc/self/cgroup': '4:memory:/\n', '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712' },
    undefined,
  ],
  ['nonsense', { '/proc/self/cgroup': 'x\n0::/../..\n', '/sys/fs/cgroup/memory.max': 'x' }, undefined],
])('%s', (_, files, limit) => {
  expect(findMemoryLimit((path) => files[path], 4 * GIB)).toBe(limit);
});
