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

const BASIC = (pair: string) => Buffer.from(pair).toString('base64');
const ANN = { user: 'ann', password: 'secret' };

test.each<[string, string, object, object | undefined]>([
  ['a host', 'r.example', { 'r.example': { auth: BASIC('ann:secret') } }, ANN],
  ['a host with a scheme', 'r.example', { 'https://r.example': { auth: BASIC('ann:secret') } }, ANN],
  ['a host with a port', 'r.example:5000', { 'r.example:5000': { auth: BASIC('ann:secret') } }, ANN],
  ['the address of an API', 'r.example', { 'https://r.example/v2/': { auth: BASIC('ann:secret') } }, ANN],
  ["Docker's own key", 'docker.io', { 'https://index.docker.io/v1/': { auth: BASIC('ann:secret') } }, ANN],
  ["Docker's name", 'docker.io', { 'docker.io': { auth: BASIC('ann:secret') } }, ANN],
  ['a part of a registry', 'r.example', { 'r.example/team': { auth: BASIC('ann:secret') }, 'r.example': {} }, ANN],
  ['another part of it', 'r.example', { 'r.example/teams': { auth: BASIC('ann:secret') } }, undefined],
  ['another host', 'r.example', { 'other.example': { auth: BASIC('ann:secret') } }, undefined],
  ['another port', 'r.example:5000', { 'r.example': { auth: BASIC('ann:secret') } }, undefined],
  [
    'a password with colons',
    'r.example',
    { 'r.example': { auth: BASIC('ann:a:b') } },
    { user: 'ann', password: 'a:b' },
  ],
  ['two fields', 'r.example', { 'r.example': { username: 'ann', password: 'secret' } }, ANN],
  [
    'an identity token',
    'r.example',
    { 'r.example': { auth: BASIC('<token>:x'), identitytoken: 't' } },
    { identityToken: 't' },
  ],
  ['a token', 'r.example', { 'r.example': { registrytoken: 't' } }, { header: 'Bearer t' }],
])('auths of Docker by %s', async (_, host, auths, found) => {
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
  const env = { DOCKER_CONFIG: folder, HOME: folder };
  expect(await findCredentials(host, env, { repository: 'team/shop' })).toEqual(found);
});

test.each<[string, string, object | string]>([
  ['a user and a password', 'echo \'{"ServerURL":"r.example","Username":"ann","Secret":"secret"}\'', ANN],
  ['an identity token', 'echo \'{"Username":"<token>","Secret":"t"}\'', { identityToken: 't' }],
  ['nothing', 'echo "credentials not found in native keychain"; exit 1', 'none'],
  ['what is no answer', 'echo "{}"', 'OCI_CREDENTIAL_HELPER_FAILED'],
  ['an error', 'echo locked >&2; exit 2', 'OCI_CREDENTIAL_HELPER_FAILED'],
])('a credential helper gives %s', async (_, script, expected) => {
  await writeFile(join(folder, 'docker-credential-shapes'), `#!/bin/sh\ncat >/dev/null\n${script}\n`, { mode: 0o755 });
  await writeFile(join(folder, 'config.json'), '{"auths":{"r.example":{}},"credsStore":"shapes"}');
  const env = { DOCKER_CONFIG: folder, HOME: folder, PATH: `${folder}:${process.env.PATH}` };
  const found = findCredentials('r.example', env).catch(({ code }) => code);
  expect((await found) ?? 'none').toEqual(expected);
});

test('a credential helper that is not installed is named', async () => {
  await writeFile(join(folder, 'config.json'), '{"credHelpers":{"r.example":"nowhere"}}');
  const found = findCredentials('r.example', { DOCKER_CONFIG: folder, HOME: folder, PATH: folder });
  await expect(found).rejects.toMatchObject({ problem: expect.stringContaining('docker-credential-nowhere') });
});

test('a helper for one host goes before the store of all, and the variable before both', async () => {
  const config = { credHelpers: { 'r.example': 'one' }, credsStore: 'all' };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const ask = async (name: string) => ({ user: name, password: '' });
  const env = { DOCKER_CONFIG: folder, HOME: folder };
  expect(await findCredentials('r.example', env, { ask })).toMatchObject({ user: 'one' });
  expect(await findCredentials('s.example', env, { ask })).toMatchObject({ user: 'all' });
  const variable = { ...env, CNB_REGISTRY_AUTH: '{"r.example":"X-Identity t","s.example":"Bearer b"}' };
  expect(await findCredentials('r.example', variable, { ask })).toEqual({ identityToken: 't' });
  expect(await findCredentials('s.example', variable, { ask })).toEqual({ header: 'Bearer b' });
});
