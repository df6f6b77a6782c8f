import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeTar } from '@dema/archive';
import {
  guarded,
  npmRegistryRoutes,
  startProxy,
  startServer,
  type TestProxy,
  type TestServer,
  writeFiles,
} from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultPlace, makeFaultPlace } from './place.ts';
import { eventsOf } from './run-program.ts';

const SECRETS = {
  token: 'canary-token-of-npm',
  proxy: 'canary-password-of-the-proxy',
  env: 'canary-of-a-variable-of-the-build',
  envFile: 'canary-of-a-file-of-variables',
  binding: 'canary-of-a-binding',
  host: 'canary-of-a-variable-of-the-host',
};

let place: FaultPlace;
let registry: TestServer;
let proxy: TestProxy;
let before: Set<string>;

beforeAll(async () => {
  place = await makeFaultPlace();
  // Node.js is then among the downloads: through the proxy only the app's own package comes.
  const app = join(import.meta.dirname, '../apps/nodejs/express');
  const { code, stderr } = await place.build([app, '--tag', 'first']);
  expect(code, stderr).toBe(0);
  registry = await startServer();
  proxy = await startProxy(`someone:${SECRETS.proxy}`);
  const address = `http://registry.example:${new URL(registry.url).port}`;
  const greeting = { name: 'greeting', version: '1.0.0', tarball: await packGreeting() };
  registry.routes = Object.fromEntries(
    Object.entries(npmRegistryRoutes([greeting], address)).map(([path, answer]) => [
      path,
      guarded(`Bearer ${SECRETS.token}`, answer),
    ]),
  );
  const host = new URL(address).host;
  await writeFiles(join(place.folder, 'input'), {
    'app/package.json': '{"name":"app","dependencies":{"greeting":"^1.0.0"},"scripts":{"build":"node build.js"}}',
    'app/build.js': 'console.log("asked for", process.env.API_KEY); console.error("with", process.env.OTHER_TOKEN);',
    'app/server.js': 'require("greeting")',
    npmrc: `registry=${address}/\n//${host}/:_authToken=${SECRETS.token}\n`,
    variables: `OTHER_TOKEN=${SECRETS.envFile}\n`,
    'bindings/db/type': 'postgresql',
    'bindings/db/password': SECRETS.binding,
  });
  before = new Set(await filesBelow(place.folder));
});

afterAll(async () => {
  await Promise.all([registry.close(), proxy.close()]);
  await place.remove();
});

async function packGreeting(): Promise<Uint8Array> {
  const files = { 'package.json': '{"name":"greeting","version":"1.0.0"}', 'index.js': 'module.exports = "hello"' };
  const entries = Object.entries(files).map(([name, text]) => {
    const bytes = Buffer.from(text);
    const owned = { type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: bytes.length };
    return { path: `package/${name}`, ...owned, body: () => [bytes] };
  });
  return gzipSync(await buffer(writeTar(entries)));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Secrets that a file holds, in plain or compressed. */
async function tracesIn(file: string, secrets: string[]): Promise<string[]> {
  if ((await stat(file)).size > 300 * 1024 * 1024) return [`${file} is too large to look into`];
  const bytes = await readFile(file);
  const contents = [bytes, ...(bytes[0] === 0x1f && bytes[1] === 0x8b ? [gunzipSync(bytes)] : [])];
  return secrets.flatMap((secret) =>
    contents.some((content) => content.includes(secret)) ? [`${file}: ${secret}`] : [],
  );
}

function build(more: string[]) {
  const input = (name: string) => join(place.folder, 'input', name);
  const args = [
    'build',
    input('app'),
    '--tag',
    'canary',
    '--env',
    `API_KEY=${SECRETS.env}`,
    '--env-file',
    input('variables'),
  ];
  const env = {
    NPM_CONFIG_USERCONFIG: input('npmrc'),
    HTTP_PROXY: `http://someone:${SECRETS.proxy}@${proxy.host}`,
    AWS_SECRET_ACCESS_KEY: SECRETS.host,
  };
  return place.dema([...args, '--binding', input('bindings'), ...more], env);
}

test('no secret of a build is in its image, its SBOM, its cache, its events or its log', async () => {
  const told = await build(['--json', '--report', join(place.folder, 'report.toml')]);
  expect(told.code, told.stderr).toBe(0);
  expect(registry.count('/greeting/-/greeting-1.0.0.tgz')).toBe(1);
  expect(proxy.seen.length).toBeGreaterThan(0);
  expect(eventsOf(told).at(-1)?.type).toBe('image-written');
  const read = await build(['--clear-cache']);
  expect(read.code, read.stderr).toBe(0);
  const others = [
    await place.dema(['inspect', 'canary', '--json']),
    await place.dema(['sbom', 'canary', '--output', join(place.folder, 'sboms')]),
  ];
  expect(others.map(({ code }) => code)).toEqual([0, 0]);

  const secrets = Object.values(SECRETS).flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64').slice(0, -4),
  ]);
  const shown = [told, read, ...others].map(({ stdout, stderr }) => `${stdout}${stderr}`).join('\n');
  expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
  const made = (await filesBelow(place.folder)).filter((file) => !before.has(file));
  expect(made.length).toBeGreaterThan(20);
  const traces = await Promise.all(made.map((file) => tracesIn(file, secrets)));
  expect(traces.flat()).toEqual([]);
});
