import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContainerRegistry, startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

let place: Place;
let app: string;
let registry: ContainerRegistry;

beforeAll(async () => {
  registry = await startContainerRegistry({ login: { kind: 'bearer', userInfo: 'ann:secret' } });
  const made = await makePlace();
  const login = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
  const env = { ...made.env, CNB_REGISTRY_AUTH: JSON.stringify({ [registry.host]: login }) };
  place = { ...made, env };
  app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'server.js'), 'console.log("hello from a registry")\n');
});

afterAll(async () => {
  await registry.close();
  await place.remove();
});

const uploads = () => registry.requests.filter((one) => /^PUT .*\/blobs\//.test(one)).length;

test('an image is published with the digest that it has elsewhere, and runs from there', async () => {
  const name = `${registry.host}/shop/cart:1`;
  const published = await dema(['build', app, '--publish', '--tag', name], place);
  expect(published.code, published.stderr).toBe(0);
  const stored = await dema(['build', app, '--tag', name], place);
  expect(published.stdout).toBe(stored.stdout);
  const inspected = await dema(['inspect', `docker://${name}`, '--json'], place);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ reference: name, digest: stored.stdout.trim() });
  const run = await dema(['run', `docker://${name}`], { ...place, env: { ...place.env, XDG_DATA_HOME: place.folder } });
  expect(run).toMatchObject({ code: 0, stdout: 'hello from a registry\n' });
});

test('one line changed sends one small layer', async () => {
  const before = uploads();
  await appendFile(join(app, 'server.js'), '// one line\n');
  const { stderr } = await dema(['build', app, '--publish', '--tag', `${registry.host}/shop/cart:2`], place);
  expect(stderr).toContain('previous image');
  expect(uploads() - before).toBeLessThanOrEqual(3);
});

test('push sends what is not there, and nothing twice', async () => {
  await dema(['build', app, '--tag', 'mine'], place);
  const target = `${registry.host}/shop/cart:3`;
  const pushed = await dema(['push', 'mine', target, '--json'], place);
  expect(JSON.parse(pushed.stdout)).toMatchObject({ reference: target, sent: 0 });
  const again = `${registry.host}/elsewhere:1`;
  const passedOn = await dema(['push', `docker://${target}`, again, '--json'], place);
  expect(JSON.parse(passedOn.stdout)).toMatchObject({ reference: again, sent: 0, there: 0 });
});
