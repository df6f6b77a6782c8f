import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type TarEntry, writeTar } from '@dema/archive';
import { readLayout } from '@dema/oci';
import { openStore } from '@dema/store';
import {
  createCertificateAuthority,
  guarded,
  npmRegistryRoutes,
  startProxy,
  startServer,
  type TestProxy,
  type TestServer,
} from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

const EXPRESS = join(import.meta.dirname, '../apps/nodejs/express');
const TOKEN = 'token-of-the-registry';
const PASSWORD = 'password-of-the-proxy';

let place: Place;
let registry: TestServer;
let proxy: TestProxy;
let address: string;

beforeAll(async () => {
  place = await makePlace();
  // Base images, Node.js and npm are then in the store, and only the app's own packages are asked of the registry.
  const { code, stderr } = await dema(['build', EXPRESS, '--tag', 'first'], place);
  expect(code, stderr).toBe(0);
  const authority = createCertificateAuthority();
  await writeFile(join(place.folder, 'authority.pem'), authority.cert);
  registry = await startServer({}, authority.issue(['registry.example']));
  proxy = await startProxy(`someone:${PASSWORD}`);
  address = `https://registry.example:${new URL(registry.url).port}`;
  const routes = npmRegistryRoutes([{ name: 'greeting', version: '1.0.0', tarball: await packGreeting() }], address);
  registry.routes = Object.fromEntries(
    Object.entries(routes).map(([path, answer]) => [path, guarded(`Bearer ${TOKEN}`, answer)]),
  );
});

afterAll(async () => {
  await Promise.all([registry.close(), proxy.close()]);
  await place.remove();
});

async function packGreeting(): Promise<Uint8Array> {
  const files = { 'package.json': '{"name":"greeting","version":"1.0.0"}', 'index.js': 'module.exports = "hello"' };
  const entries = Object.entries(files).map(([name, text]): TarEntry => {
    const content = Buffer.from(text);
    const owned = { mode: 0o644, uid: 0, gid: 0, size: content.length };
    return { path: `package/${name}`, type: 'file', ...owned, body: () => [content] };
  });
  return gzipSync(await buffer(writeTar(entries)));
}

test('a build goes through proxy, private authority and guarded registry, and keeps none of it', async () => {
  const app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{"dependencies":{"greeting":"^1.0.0"}}');
  await writeFile(join(app, 'server.js'), '');
  const npmrc = `registry=${address}/\n//${new URL(address).host}/:_authToken=${TOKEN}\n`;
  await writeFile(join(place.folder, 'npmrc'), npmrc);
  const env = {
    ...place.env,
    npm_config_userconfig: join(place.folder, 'npmrc'),
    NODE_EXTRA_CA_CERTS: join(place.folder, 'authority.pem'),
    HTTPS_PROXY: `http://someone:${PASSWORD}@${proxy.host}`,
  };
  const layout = join(place.folder, 'layout');
  const args = ['build', app, '--tag', 'guarded', '--clear-cache', '--output', `oci:${layout}`];
  const { code, stdout, stderr } = await dema(args, { ...place, env });
  expect(code, stderr).toBe(0);
  expect(registry.count('/greeting/-/greeting-1.0.0.tgz')).toBe(1);
  expect(proxy.seen).toContain(`CONNECT ${new URL(address).host}`);

  const store = await openStore(join(place.folder, 'store'));
  const image = await readLayout(store, layout);
  const traces = [TOKEN, PASSWORD, 'registry.example', proxy.host, 'Test authority'];
  const told = `${stdout}${stderr}${JSON.stringify(image.config)}`;
  expect(traces.filter((trace) => told.includes(trace))).toEqual([]);
  const files = await Promise.all(image.layers.slice(1).map(async (layer) => filesBelow(await layer.tree())));
  expect(files.flat().some((file) => file.endsWith('node_modules/greeting/index.js'))).toBe(true);
  for (const file of files.flat()) {
    const content = await readFile(file, 'latin1');
    expect(
      traces.filter((trace) => content.includes(trace)),
      file,
    ).toEqual([]);
  }
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
