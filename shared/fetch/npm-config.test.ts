import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '@dema/errors';
import { createCertificateAuthority } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { npmTarballUrl, readNpmConfig } from './npm-config.ts';
import { parseNpmrc } from './npmrc.ts';

let home: string;
let env: Record<string, string>;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'npm-'));
  env = { HOME: home, PATH: '', npm_config_globalconfig: join(home, 'global') };
});

afterEach(() => rm(home, { recursive: true }));

function write(name: string, ...lines: string[]): Promise<void> {
  return writeFile(join(home, name), `${lines.join('\n')}\n`);
}

test('variables go before the project, that before the user, that before the global file', async () => {
  await write('global', 'registry=https://global.example', 'proxy=http://global.example');
  expect((await readNpmConfig(env)).registry).toBe('https://global.example/');
  await write('.npmrc', 'registry=https://user.example/npm');
  await mkdir(join(home, 'app'));
  await write('app/.npmrc', 'registry=https://project.example');
  expect(await readNpmConfig(env)).toMatchObject({
    registry: 'https://user.example/npm/',
    proxy: 'http://global.example',
  });
  expect((await readNpmConfig(env, { cwd: join(home, 'app') })).registry).toBe('https://project.example/');
  const upper = { ...env, NPM_CONFIG_REGISTRY: 'https://variable.example' };
  expect((await readNpmConfig(upper, { cwd: join(home, 'app') })).registry).toBe('https://variable.example/');
});

test('the user file may lie elsewhere, and the global one below the prefix', async () => {
  await mkdir(join(home, 'etc'));
  await write('etc/npmrc', 'registry=https://prefix.example');
  await write('mine', 'noproxy=one.example,two.example', `prefix=${home}`);
  const { registry, noProxy } = await readNpmConfig({
    HOME: home,
    PATH: '',
    npm_config_userconfig: join(home, 'mine'),
  });
  expect({ registry, noProxy }).toEqual({ registry: 'https://prefix.example/', noProxy: 'one.example,two.example' });
});

test('a scope has its registry', async () => {
  await write('.npmrc', 'registry=https://registry.example', '@own:registry=https://own.example/npm');
  const config = await readNpmConfig(env);
  expect(npmTarballUrl(config, 'express', '5.0.0')).toBe('https://registry.example/express/-/express-5.0.0.tgz');
  expect(npmTarballUrl(config, '@own/tool', '1.0.0')).toBe('https://own.example/npm/@own/tool/-/tool-1.0.0.tgz');
  expect(npmTarballUrl(config, '@types/node', '1.0.0')).toBe('https://registry.example/@types/node/-/node-1.0.0.tgz');
});

test('credentials are for the path that they stand for, and are not shown', async () => {
  await write(
    '.npmrc',
    'registry=https://registry.example/team/npm/',
    '//registry.example/team/npm/:_authToken=${TOKEN}',
    `//registry.example/pair/:_auth=${btoa('user:of the pair')}`,
    '//registry.example:8443/:username=user',
    `//registry.example:8443/:_password=${btoa('pass:word')}`,
  );
  const config = await readNpmConfig({ ...env, TOKEN: 'a-secret-token' });
  const bearer = { authorization: 'Bearer a-secret-token' };
  expect(config.headersFor('https://registry.example/team/npm/x/-/x-1.0.0.tgz')).toEqual(bearer);
  expect(config.headersFor('https://registry.example/team/npm/')).toEqual(bearer);
  expect(config.headersFor('https://registry.example/team/npmx')).toEqual({});
  expect(config.headersFor('https://other.example/team/npm/x')).toEqual({});
  const pair = { authorization: `Basic ${btoa('user:of the pair')}` };
  expect(config.headersFor('https://registry.example/pair/x')).toEqual(pair);
  const basic = { authorization: `Basic ${btoa('user:pass:word')}` };
  expect(config.headersFor('https://registry.example:8443/x')).toEqual(basic);
  const secrets = ['a-secret-token', 'pass:word', 'of the pair', btoa('user:pass:word')];
  expect(redact(secrets.join(' '))).toBe('*** *** *** ***');
});

test('credentials without a path are the default registry’s', async () => {
  await write('.npmrc', 'registry=https://registry.example/npm', '_auth=dXNlcjpwYXNz');
  const config = await readNpmConfig(env);
  expect(config.headersFor('https://registry.example/npm/x')).toEqual({ authorization: 'Basic dXNlcjpwYXNz' });
  expect(config.headersFor('https://registry.example/other')).toEqual({});
});

test('authorities come from cafile and from ca', async () => {
  const [one, other] = [createCertificateAuthority('one').cert, createCertificateAuthority('other').cert];
  await write('ca.pem', one);
  await write(
    '.npmrc',
    'registry=https://registry.example',
    `cafile=${home}/ca.pem`,
    `ca="${other.replaceAll('\n', '\\n')}"`,
  );
  const config = await readNpmConfig(env);
  expect(config.ca.map((pem) => pem.trim())).toEqual([other.trim(), one.trim()]);
  expect(config.cafile).toBe(join(home, 'ca.pem'));
});

test('what is rendered says the same again, without cafile and what is not about connections', async () => {
  const pem = createCertificateAuthority().cert;
  await write(
    '.npmrc',
    'registry=https://registry.example/npm',
    '@own:registry=https://own.example',
    '//own.example/:_authToken=pre${TOKEN}\\;=\\#"x',
    'proxy=http://user:pass@proxy.example:3128',
    'https-proxy=http://proxy.example:3128',
    'noproxy=one.example',
    'strict-ssl=false',
    `ca[]="${pem.replaceAll('\n', '\\n')}"`,
    'cafile=/nowhere',
    'save-prefix=~',
  );
  const config = await readNpmConfig({ ...env, TOKEN: '${HOME}' });
  const text = config.render();
  expect(text).not.toMatch(/cafile|save-prefix/);
  await write('.npmrc', text);
  const again = await readNpmConfig(env);
  expect(again.render()).toBe(text);
  expect(again).toMatchObject({
    registry: 'https://registry.example/npm/',
    scopes: { '@own': 'https://own.example/' },
    proxy: 'http://user:pass@proxy.example:3128',
    httpsProxy: 'http://proxy.example:3128',
    noProxy: 'one.example',
    ca: config.ca,
  });
  expect(again.headersFor('https://own.example/x')).toEqual(config.headersFor('https://own.example/x'));
  expect(config.headersFor('https://own.example/x')).toEqual({ authorization: 'Bearer pre${HOME};=#"x' });
});

test('the default registry is the one in the defaults of the npm on PATH', async () => {
  const definitions = join(home, 'lib/npm/node_modules/@npmcli/config/lib/definitions');
  await mkdir(definitions, { recursive: true });
  await mkdir(join(home, 'lib/npm/bin'));
  await write('lib/npm/bin/npm', '');
  const text = "const d = {}\ndefine('registry', {\n  default: 'https://default.example/',\n  type: url,\n})\n";
  await writeFile(join(definitions, 'definitions.js'), text);
  expect((await readNpmConfig({ ...env, PATH: join(home, 'lib/npm/bin') })).registry).toBe('https://default.example/');
});

test('an npm of another shape is asked, and one that has no answer is a fault', async () => {
  for (const [name, answer] of [
    ['one', 'https://asked.example/'],
    ['two', 'undefined'],
  ] as const) {
    await mkdir(join(home, name, 'bin'), { recursive: true });
    await write(`${name}/bin/npm`, '#!/bin/sh', `[ "$*" = "config get registry" ] && echo ${answer}`);
    await chmod(join(home, name, 'bin/npm'), 0o755);
  }
  expect((await readNpmConfig({ ...env, PATH: join(home, 'one/bin') })).registry).toBe('https://asked.example/');
  const unknown = await readNpmConfig({ ...env, PATH: join(home, 'two/bin') });
  expect(() => unknown.registry).toThrow('FETCH_NPM_REGISTRY_UNKNOWN');
});

test('without any npm, who needs the registry is told what to set, and who needs it not is not', async () => {
  const config = await readNpmConfig({ ...env, 'npm_config_@own:registry': 'https://own.example' });
  expect(npmTarballUrl(config, '@own/tool', '1.0.0')).toBe('https://own.example/@own/tool/-/tool-1.0.0.tgz');
  expect(config.render()).toBe('@own:registry=https://own.example/\n');
  expect(() => npmTarballUrl(config, 'tool', '1.0.0')).toThrow(
    expect.objectContaining({ fix: expect.stringContaining('npm_config_registry') }),
  );
});

test('a file that cannot be read, and a registry that is no address, are faults', async () => {
  await expect(readNpmConfig({ ...env, npm_config_registry: 'not one' })).rejects.toMatchObject({
    code: 'FETCH_NPM_CONFIG_INVALID',
  });
  await expect(readNpmConfig({ ...env, npm_config_userconfig: home })).rejects.toMatchObject({
    code: 'FETCH_NPM_CONFIG_INVALID',
    problem: expect.stringContaining(home),
  });
});

test("variables in files are npm's", () => {
  const text = ['a=${ONE}-${TWO?}-${THREE}', 'b=\\${ONE}', '; c=comment', '${ONE}=d', 'e[]=1', 'e[]=${ONE}'].join('\n');
  expect(parseNpmrc(text, { ONE: '1' })).toEqual({ a: '1--${THREE}', b: '${ONE}', 1: 'd', e: ['1', '1'] });
});
