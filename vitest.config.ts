import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,buildpacks,builders,scripts,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/apps/**', 'test/faults/**', 'test/interop/live/**'],
    pool: 'forks',
    // Whole builds wait for disks, networks and children; one worker less than there are processors would leave a machine of two idle.
    maxWorkers: Math.max(availableParallelism(), 3),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
