import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { content, startServer, type TestServer } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, dema, makePlace, type Place } from './dema.ts';

let place: Place;
let server: TestServer;

beforeAll(async () => {
  place = await makePlace();
  server = await startServer({
    '/debian/dists/trixie/InRelease': content('signed'),
    '/debian-security/dists/trixie-security/InRelease': content('signed'),
  });
});

afterAll(async () => {
  await server.close();
  await place.remove();
});

function withoutProxies(env: Place['env']): Place['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^https?_proxy$/i.test(name)));
}

function doctor(env: Record<string, string>) {
  return dema(['doctor'], { ...place, env: { ...withoutProxies(place.env), NO_PROXY: '127.0.0.1', ...env } });
}

test('says what answers, also where a registry does not know the question', async () => {
  const { code, stdout } = await doctor({
    DEMA_DEBIAN_MIRROR: `${server.url}/debian`,
    npm_config_registry: `http://user:password-of-npm@${server.host}/npm/`,
    HTTPS_PROXY: 'http://user:password-of-proxy@proxy.example:3128',
  });
  expect(stdout).toMatch(
    /^ok {2}Debian mirror +http:.*\/debian, answers in [\d.]+ s\n +http:.*\/debian-security, answers/m,
  );
  expect(stdout).toMatch(/^ok {2}npm registry +http:.*\/npm\/, answers in/m);
  expect(stdout).toMatch(/^ok {2}disk +[\d.]+ [MGT]?B free where/m);
  expect(stdout).toMatch(/^ok {2}proxy +HTTPS_PROXY=http:\/\/proxy\.example:3128\/ NO_PROXY=127\.0\.0\.1$/m);
  expect(stdout).not.toContain('password-of-npm');
  expect(stdout).not.toContain('password-of-proxy');
  expect(code).toBe(0);
});

test('says what does not, and why', async () => {
  const { code, stdout } = await doctor({
    DEMA_DEBIAN_MIRROR: `${server.url}/elsewhere`,
    npm_config_registry: 'http://127.0.0.1:9/',
  });
  expect(stdout).toMatch(/^no {2}Debian mirror +The index of trixie was not found: .* answers 404/m);
  expect(stdout).toMatch(/^no {2}npm registry +.*127\.0\.0\.1:9 is not reachable.*\n.*\n.*ECONNREFUSED/m);
  expect(stdout).toContain('what to do: ');
  expect(code).toBe(1);
});

test('names the setting that refuses user namespaces', async () => {
  const limit = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"';
  const args = ['--user', '--map-root-user', 'sh', '-c', limit, process.execPath, '--', BIN, 'doctor'];
  const env = { ...place.env, DEMA_DEBIAN_MIRROR: `${server.url}/debian`, npm_config_registry: `${server.url}/` };
  const output = await promisify(execFile)('unshare', args, { env }).then(
    ({ stdout }) => stdout,
    (error) => error.stdout,
  );
  expect(output).toMatch(/^no {2}user namespaces .*user\.max_user_namespaces is 0/m);
  expect(output).toContain('sysctl user.max_user_namespaces');
});
