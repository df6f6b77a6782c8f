import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

let place: Place;
let app: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'my app');
  await writeFiles(app, { 'server.js': 'require("node:http").createServer().listen(process.env.PORT)' });
});

afterAll(() => place.remove());

test('a file of variables is read by dema alone', async () => {
  await writeFiles(place.folder, {
    'good.env': 'BP_NODE_VERSION=1.x\n',
    'bad.env': '\nA B=1\n',
  });
  const good = await dema(['build', app, '--env-file', join(place.folder, 'good.env')], place);
  expect(good.stderr).toContain('BP_NODE_VERSION');
  expect(good.stderr).toContain('(DEPENDENCY_VERSION_UNSATISFIABLE)');
  const bad = await dema(['build', app, '--env-file', join(place.folder, 'bad.env')], place);
  expect(bad.stderr).toContain(`${join(place.folder, 'bad.env')}:2: "A B" is no name of a variable.`);
  const missing = await dema(['build', app, '--env-file', '/nowhere/.env'], place);
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('/nowhere/.env cannot be read (ENOENT)') });
});

test('a port in use is noticed before the build', async () => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' && address ? address.port : 0);
  const [build, run] = await Promise.all([
    dema(['build', app, '--run', '--port', port], place),
    dema(['run', app, '--port', port], place),
  ]);
  server.close();
  for (const { stdout, stderr } of [build, run]) {
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: Port \d+ is in use by another program\./);
  }
});

test('what comes next is said as the command was started', async () => {
  const layout = `oci:${join(place.folder, 'an image')}`;
  const started = await dema(['build', app, '--output', layout], {
    ...place,
    env: { ...place.env, npm_command: 'exec' },
  });
  expect(started.stderr).toContain(`\nnext: npx dema run '${layout}'\n`);
});

test('a file is no app', async () => {
  const file = join(app, 'server.js');
  const { code, stderr } = await dema(['build', file], place);
  expect({ code, stderr }).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`${file} is a file, not a folder.`),
  });
});

test('sentences end with one full stop', async () => {
  const { stderr } = await dema(['build', app, '--network', 'sometimes'], place);
  expect(stderr).toMatch(/^error: .*Allowed choices are host, none\.$/m);
});

test('the size of an image is the same wherever it is said', async () => {
  const { stdout } = await dema(['build', app, '--tag', 'sized', '--json'], place);
  const size = eventsOf(stdout).find(({ type }) => type === 'image-written')?.size;
  const images = JSON.parse((await dema(['images', '--json'], place)).stdout);
  const inspected = JSON.parse((await dema(['inspect', 'sized', '--json'], place)).stdout);
  expect(images.find(({ reference }: { reference: string }) => reference === 'sized:latest').size).toBe(size);
  expect(inspected.size).toBe(size);
});
