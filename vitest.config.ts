import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,buildpacks,builders,scripts,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/apps/**', 'test/faults/**'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
