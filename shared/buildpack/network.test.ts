import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type TestServer } from '@dema/testkit';
import { beforeEach, expect, test } from 'vitest';
import { openNetwork } from './network.ts';

let folder: string;
let server: TestServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'network-'));
  server = await startServer();
  return async () => {
    await server.close();
    await rm(folder, { recursive: true });
  };
});

function prepareNpm(env: Record<string, string> = {}, resolved?: string[]) {
  const variables = { HOME: folder, PATH: '', npm_config_registry: server.url, DEMA_INBOX: folder, ...env };
  return openNetwork({ env: () => variables }).prepareNpm({ folder, resolved });
}

test('a registry that answers anything is left to npm', async () => {
  const { env, trouble } = await prepareNpm();
  expect(trouble).toBeUndefined();
  expect(env).toHaveProperty('npm_config_fetch_retries');
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['HEAD /']);
});

test('npm is sent to its cache when nothing is there, and others of the build are told', async () => {
  await server.close();
  const { env, trouble } = await prepareNpm();
  expect(env).toEqual({ npm_config_offline: 'true' });
  expect(trouble).toMatchObject({ code: 'FETCH_HOST_UNREACHABLE', problem: expect.stringContaining(server.host) });
  expect(await readFile(join(folder, 'unreachable-hosts'), 'utf8')).toContain(server.host);
});

test('one of several servers that answers is enough', async () => {
  const other = await startServer();
  await server.close();
  const { trouble } = await prepareNpm({}, [`${server.url}/`, `${other.url}/`]);
  await other.close();
  expect(trouble).toBeUndefined();
});

test('nobody is asked when npm has no use for the network', async () => {
  expect((await prepareNpm({}, [])).trouble).toBeUndefined();
  expect((await prepareNpm({ NPM_CONFIG_OFFLINE: 'true' })).trouble).toBeUndefined();
  expect(server.requests).toEqual([]);
});

test("what the project's .npmrc says of registry and patience counts", async () => {
  const other = await startServer();
  await writeFile(join(folder, '.npmrc'), `registry=${other.url}\nfetch-retries=1\n`);
  const variables = { HOME: folder, PATH: '' };
  const { env } = await openNetwork({ env: () => variables }).prepareNpm({ folder });
  expect(env).not.toHaveProperty('npm_config_fetch_retries');
  await other.close();
  expect(other.requests.length).toBe(1);
});
