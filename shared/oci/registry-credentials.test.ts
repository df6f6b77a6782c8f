import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCredentials } from './registry-credentials.ts';
import { createRegistryLogin, type LoginOptions } from './registry-login.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-credentials-'));
});

afterAll(() => rm(folder, { recursive: true }));

test.each([
  { auths: null, credHelpers: null, credsStore: null },
  { auths: { 'registry.example': null } },
  { auths: { 'registry.example': { auth: 5, username: [[]] } } },
  { credHelpers: { 'registry.example': {} }, credsStore: 1 },
])('what is of another kind in the configuration of Docker is as good as absent: %j', async (config) => {
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  expect(await findCredentials('registry.example', { DOCKER_CONFIG: folder, HOME: folder })).toBeUndefined();
});

test('a login in CNB_REGISTRY_AUTH that is no text is a fault', async () => {
  const env = { CNB_REGISTRY_AUTH: '{"registry.example":[["Basic a"]]}', HOME: folder };
  await expect(findCredentials('registry.example', env)).rejects.toMatchObject({ code: 'OCI_REGISTRY_AUTH_INVALID' });
});

test('a token without an end is none', { timeout: 5000 }, async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(64 * 1024, 'a');
  }
  const answer = { status: 200, headers: {}, body: endless(), discard: () => undefined };
  const http = { send: async () => answer } as unknown as LoginOptions['http'];
  const options = {
    http,
    host: 'a.example',
    base: 'https://a.example',
    scopes: [],
    findCredentials: async () => undefined,
  };
  const login = createRegistryLogin(options).answer('Bearer realm="https://a.example/token"', {});
  await expect(login).rejects.toMatchObject({ code: 'OCI_REGISTRY_LOGIN_FAILED' });
});
