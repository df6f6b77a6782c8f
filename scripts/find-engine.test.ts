import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findEngine } from './find-engine.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'engine-'));
});

afterEach(() => removeFolder(root));

const own = () => ({ HOME: root, DOCKER_CONFIG: join(root, '.docker'), XDG_RUNTIME_DIR: join(root, 'run') });

async function write(path: string, text: string): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

test.each([
  { host: 'unix:///x/y.sock', expected: { socketPath: '/x/y.sock' } },
  { host: 'tcp://10.0.0.1:2375', expected: { host: '10.0.0.1', port: 2375 } },
  { host: 'tcp://engine', expected: { host: 'engine', port: 2375 } },
  { host: 'https://engine', expected: { host: 'engine', port: 2376, tls: {} } },
])('DOCKER_HOST=$host', async ({ host, expected }) => {
  expect(await findEngine({ ...own(), DOCKER_HOST: host, DOCKER_CONTEXT: 'other' })).toEqual({
    name: host,
    ...expected,
  });
});

test('with TLS the certificates are those of DOCKER_CERT_PATH', async () => {
  await write('certificates/ca.pem', 'ca');
  const env = {
    ...own(),
    DOCKER_HOST: 'tcp://engine',
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: join(root, 'certificates'),
  };
  expect(await findEngine(env)).toMatchObject({ host: 'engine', port: 2376, tls: { ca: Buffer.from('ca') } });
});

test.each(['ssh://user@host', 'npipe:////./pipe/engine', 'nonsense'])('%s is refused', async (host) => {
  await expect(findEngine({ ...own(), DOCKER_HOST: host })).rejects.toMatchObject({
    code: 'CLI_ENGINE_ADDRESS_UNSUPPORTED',
  });
});

test('the context in use names the engine, and one that is not there is a fault', async () => {
  const key = createHash('sha256').update('far').digest('hex');
  await write(`.docker/contexts/meta/${key}/meta.json`, '{"Name":"far","Endpoints":{"docker":{"Host":"tcp://far:1"}}}');
  await write('.docker/config.json', '{"currentContext":"far"}');
  expect(await findEngine(own())).toEqual({ name: 'tcp://far:1', host: 'far', port: 1 });
  await write(`.docker/contexts/tls/${key}/docker/cert.pem`, 'cert');
  expect(await findEngine(own())).toMatchObject({ host: 'far', tls: { cert: Buffer.from('cert') } });
  await expect(findEngine({ ...own(), DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
    code: 'CLI_ENGINE_CONTEXT_UNKNOWN',
  });
});

test('without a word the sockets of the user are looked at, of Docker before those of podman', async () => {
  const sockets = ['podman/podman.sock', 'docker.sock'].map((name) => join(root, 'run', name));
  const servers = [];
  for (const socketPath of sockets) {
    await mkdir(dirname(socketPath), { recursive: true });
    const server = createServer();
    await new Promise<void>((done) => server.listen(socketPath, done));
    servers.push(server);
    expect(await findEngine(own())).toEqual({ name: socketPath, socketPath });
  }
  for (const server of servers) server.close();
});
