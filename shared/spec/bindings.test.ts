import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isFault, redact } from '@dema/errors';
import { afterAll, describe, expect, test } from 'vitest';
import { type BindingFiles, openBindings } from './bindings.ts';

const root = mkdtempSync(join(tmpdir(), 'dema-bindings-'));
afterAll(() => rmSync(root, { recursive: true }));

const files: BindingFiles = {
  list: (folder) => (statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []),
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  read: (path) => readFileSync(path, 'utf8'),
};

function write(folder: string, contents: Record<string, string>): string {
  for (const [name, text] of Object.entries(contents)) {
    const file = join(root, folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return join(root, folder);
}

function open(env: Record<string, string>, platformDir?: string) {
  return openBindings({ env, platformDir, files });
}

function faultOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const VCAP = JSON.stringify({
  'elephant sql': [
    {
      name: 'db',
      label: 'PostgreSQL',
      credentials: { uri: 'postgres://x', port: 5432, nodes: ['a', 'b'], nothing: null, password: ' word of db ' },
    },
  ],
  'user-provided': [
    { name: 'own', label: 'user-provided', tags: ['ca-certificates'], credentials: { 'root.pem': 'PEM' } },
    { name: 'typed', label: 'user-provided', credentials: { type: 'npmrc', '.npmrc': 'x=1' } },
    { name: 'bare', label: 'user-provided', credentials: null },
  ],
});

describe('a folder', () => {
  const folder = write('plain', {
    'db/type': 'PostgreSQL\n',
    'db/provider': 'elephant\n',
    'db/password': ' secret of db \n',
    'db/.pgpass': 'a\nb\n',
    'db/nested/deeper': 'not a secret',
    'registry/type': 'npmrc',
    '.hidden/type': 'npmrc',
    'not-a-binding': 'a file',
  });

  test('holds a binding in each folder, and a secret in each file of it', () => {
    const db = open({ SERVICE_BINDING_ROOT: folder }).find('postgresql');
    expect(db).toMatchObject({ name: 'db', type: 'PostgreSQL', provider: 'elephant', keys: ['.pgpass', 'password'] });
    expect(db?.text('password')).toBe(' secret of db \n');
    expect(db?.value('password')).toBe('secret of db');
    expect(db?.file('password')).toBe(join(folder, 'db/password'));
  });

  test('a key that is none, or a path, is no secret', () => {
    const db = open({ SERVICE_BINDING_ROOT: folder }).find('postgresql');
    for (const key of ['user', '../registry/type', 'nested/deeper', 'type']) {
      expect(db?.text(key)).toBeUndefined();
      expect(db?.file(key)).toBeUndefined();
    }
  });

  test('type and provider are compared without case', () => {
    const bindings = open({ SERVICE_BINDING_ROOT: folder });
    expect(bindings.find('NPMRC')?.name).toBe('registry');
    expect(bindings.find('postgresql', 'Elephant')?.name).toBe('db');
    expect(bindings.find('postgresql', 'other')).toBeUndefined();
    expect(bindings.find('maven')).toBeUndefined();
  });

  test('what was read does not stand in a log', () => {
    open({ SERVICE_BINDING_ROOT: folder }).find('postgresql')?.text('password');
    expect(redact('the secret of db is out')).toBe('the *** is out');
  });
});

test('links of Kubernetes are followed, the folders behind them are no secrets', () => {
  const folder = write('kubernetes', { 'db/..2026_01/type': 'mysql', 'db/..2026_01/password': 'one' });
  symlinkSync('..2026_01', join(folder, 'db/..data'));
  for (const name of ['type', 'password']) symlinkSync(`..data/${name}`, join(folder, 'db', name));
  const db = open({ SERVICE_BINDING_ROOT: folder }).find('mysql');
  expect(db?.keys).toEqual(['password']);
  expect(db?.value('password')).toBe('one');
});

test('the former layout of the CNB specification', () => {
  const platform = write('platform', {
    'bindings/ca/metadata/kind': 'CA-Certificates\n',
    'bindings/ca/metadata/provider': 'someone',
    'bindings/ca/secret/root.pem': 'PEM',
    'bindings/ca/secret/type': 'a secret of this name',
  });
  const ca = open({}, platform).find('ca-certificates', 'SOMEONE');
  expect(ca).toMatchObject({ name: 'ca', keys: ['root.pem', 'type'] });
  expect(ca?.file('root.pem')).toBe(join(platform, 'bindings/ca/secret/root.pem'));
});

describe('Cloud Foundry', () => {
  const bindings = open({ VCAP_SERVICES: VCAP });

  test('gives the label as type, the service as provider, credentials as secrets', () => {
    const db = bindings.find('postgresql', 'elephant sql');
    expect(db).toMatchObject({ name: 'db', keys: ['nodes', 'nothing', 'password', 'port', 'uri'] });
    expect([db?.text('port'), db?.text('nodes'), db?.text('nothing')]).toEqual(['5432', '["a","b"]', 'null']);
    expect([db?.value('password'), db?.file('password')]).toEqual(['word of db', undefined]);
  });

  test('a service of a user has its type in a tag or a credential', () => {
    expect(bindings.find('ca-certificates')?.text('root.pem')).toBe('PEM');
    expect(bindings.find('npmrc')).toMatchObject({ name: 'typed', keys: ['.npmrc'] });
    expect(bindings.find('user-provided')).toMatchObject({ name: 'bare', keys: [] });
  });

  test('from a file', () => {
    const file = join(write('cf', { services: VCAP }), 'services');
    expect(open({ VCAP_SERVICES_FILE_PATH: file }).find('postgresql')?.name).toBe('db');
  });

  test.each([
    ['{"a": "secret-secret', 'is no JSON object'],
    ['[]', 'is no JSON object'],
    ['{"a": {}}', 'has no list of instances for the service a'],
    ['{"a": [{"name": "../x", "label": "a"}]}', 'names a service "../x", which is a path'],
  ])('%s is refused', (text, reason) => {
    const fault = faultOf(() => open({ VCAP_SERVICES: text }).find('a'));
    expect(fault.code).toBe('SPEC_BINDING_INVALID');
    expect(fault.problem).toContain(reason);
    expect(fault.problem).not.toContain('secret-secret');
  });
});

test('one place counts: a root of bindings, then Cloud Foundry, then the platform folder', () => {
  const [first, second] = [write('first', { 'one/type': 'x' }), write('second', { 'two/type': 'x' })];
  const platform = write('third', { 'bindings/three/type': 'x' });
  const services = JSON.stringify({ x: [{ name: 'four', label: 'x' }] });
  const all = { CNB_BINDINGS: second, VCAP_SERVICES: services };
  expect(open({ SERVICE_BINDING_ROOT: first, ...all }, platform).find('x')?.name).toBe('one');
  expect(open(all, platform).find('x')?.name).toBe('two');
  expect(open({ VCAP_SERVICES: services }, platform).find('x')?.name).toBe('four');
  expect(open({}, platform).find('x')?.name).toBe('three');
  expect(open({}).all('x')).toEqual([]);
  expect(open({ SERVICE_BINDING_ROOT: join(root, 'nowhere') }, platform).all('x')).toEqual([]);
});

test('several of a type are all found, and are an error where one is wanted', () => {
  const folder = write('several', { 'a/type': 'x', 'b/type': 'X', 'empty-folder/nested/file': '' });
  rmSync(join(folder, 'empty-folder/nested'), { recursive: true });
  const bindings = open({ SERVICE_BINDING_ROOT: folder });
  expect(bindings.all('x').map(({ name }) => name)).toEqual(['a', 'b']);
  const fault = faultOf(() => bindings.find('x'));
  expect(fault.code).toBe('SPEC_BINDING_AMBIGUOUS');
  expect(fault.problem).toContain('a, b');
});

test('a binding without a type is named', () => {
  const folder = write('untyped', { 'a/password': 'x' });
  expect(faultOf(() => open({ SERVICE_BINDING_ROOT: folder }).all('x')).problem).toContain(
    `${folder}/a has no file type`,
  );
});
