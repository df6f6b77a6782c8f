import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, dema, makePlace, type Place } from './dema.ts';

const HTTP = join(import.meta.dirname, '../apps/nodejs/http');

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

test('a second build asks nothing of the network: it passes where there is none', async () => {
  const first = await dema(['build', HTTP, '--tag', 'first'], place);
  expect(first.code, first.stderr).toBe(0);
  const args = [
    '--user',
    '--map-root-user',
    '--net',
    process.execPath,
    BIN,
    'build',
    HTTP,
    '--tag',
    'first',
    '--offline',
  ];
  // Neither the Debian mirror nor npm's registry is looked for.
  const env = { ...place.env, DEMA_DEBIAN_MIRROR: 'nonsense', npm_config_registry: 'nonsense' };
  const second = execFileSync('unshare', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(second).toBe(first.stdout);
});

test('what the base images lack is listed at once', async () => {
  const env = {
    ...place.env,
    DEMA_CACHE: join(place.folder, 'empty'),
    DEMA_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian',
  };
  const { code, stderr } = await dema(['build', HTTP, '--offline'], { ...place, env });
  expect(stderr).toContain('(CLI_OFFLINE_INCOMPLETE)');
  for (const name of ['bubblewrap', 'ca-certificates', 'quickjs'])
    expect(stderr).toMatch(new RegExp(`^  \\| ${name} `, 'm'));
  expect(stderr).toContain('what to do: Run the command once without `--offline`');
  expect(code).toBe(1);
});
