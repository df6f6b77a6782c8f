import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createIndex, emptyImage, writeLayout } from '@dema/oci';
import { digestOf } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place, runToEnd } from './dema.ts';

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
  const elsewhere = { ...place, env: { ...place.env, XDG_DATA_HOME: place.folder } };
  const run = await runToEnd(`docker://${name}`, elsewhere);
  expect(run).toMatchObject({ code: 0, stdout: 'hello from a registry\n' });
});

test('one line changed sends one small layer', async () => {
  const build = ['build', app, '--publish', '--tag', `${registry.host}/shop/line:1`];
  await dema(build, place);
  const before = uploads();
  await appendFile(join(app, 'server.js'), '// one line\n');
  const { stderr } = await dema(build, place);
  expect(stderr).toContain('previous image');
  expect(uploads() - before).toBeLessThanOrEqual(3);
});

test('push sends what is not there, and nothing twice', async () => {
  await dema(['build', app, '--publish', '--tag', `${registry.host}/shop/pushed:1`], place);
  await dema(['build', app, '--tag', 'mine'], place);
  const target = `${registry.host}/shop/pushed:2`;
  const pushed = await dema(['push', 'mine', target, '--json'], place);
  expect(JSON.parse(pushed.stdout)).toMatchObject({ reference: target, sent: 0 });
  const again = `${registry.host}/elsewhere:1`;
  const passedOn = await dema(['push', `docker://${target}`, again, '--json'], place);
  expect(JSON.parse(passedOn.stdout)).toMatchObject({ reference: again, sent: 0, there: 0 });
});

test('what is in an image, and signatures of it, are attached to it, and told', async () => {
  await dema(['build', app, '--tag', 'mine'], place);
  const target = `${registry.host}/shop/cart:4`;
  const signature = join(place.folder, 'signature.json');
  await writeFile(signature, '{}');
  const attach = ['--sbom', 'cyclonedx,spdx', '--attach', `application/x.signature+json=${signature}`];
  const pushed = await dema(['push', 'mine', target, ...attach, '--json'], place);
  expect(pushed.code, pushed.stderr).toBe(0);
  const { digest, attached } = JSON.parse(pushed.stdout);
  const types = ['application/x.signature+json', 'application/vnd.cyclonedx+json', 'application/spdx+json'];
  expect(attached.map((one: { type: string }) => one.type)).toEqual(types);
  const inspected = JSON.parse((await dema(['inspect', `docker://${target}`, '--json'], place)).stdout);
  expect(inspected.digest).toBe(digest);
  expect(inspected.attached.map((one: { artifactType: string }) => one.artifactType).sort()).toEqual([...types].sort());
  const shown = await dema(['inspect', `docker://${target}`], place);
  expect(shown.stdout).toContain(`application/spdx+json  ${attached[2].digest}`);
  const again = await dema(['push', 'mine', target, '--sbom', '--json'], place);
  expect(JSON.parse(again.stdout).attached).toEqual([attached[1]]);
  const odd = await dema(['push', 'mine', target, '--attach', 'signature.json'], place);
  expect(odd).toMatchObject({ code: 3, stderr: expect.stringContaining('CLI_ARGUMENTS_INVALID') });
});

test('images for several platforms go along, or one of them', async () => {
  const layout = join(place.folder, 'both');
  const images = ['amd64', 'arm64'].map((architecture) => emptyImage({ os: 'linux', architecture }));
  const { digest } = await writeLayout(layout, createIndex(images));
  const target = `${registry.host}/shop/both:1`;
  expect((await dema(['push', layout, target], place)).stdout).toBe(`${digest}\n`);
  const inspected = await dema(['inspect', `docker://${target}`, '--platform', 'linux/arm64', '--json'], place);
  const own = JSON.parse(inspected.stdout);
  expect(own).toMatchObject({ platforms: ['linux/amd64', 'linux/arm64'], config: { architecture: 'arm64' } });
  const one = await dema(['push', layout, `${registry.host}/shop/both:2`, '--platform', 'arm64'], place);
  expect(one.stdout).toBe(`${own.digest}\n`);
  const none = await dema(['inspect', `docker://${target}`, '--platform', 'linux/s390x'], place);
  expect(none.stderr).toContain('OCI_PLATFORM_MISSING');
});

test('what one registry has goes to another as it is, also what of an index is no image', async () => {
  const images = ['amd64', 'arm64'].map((architecture) => emptyImage({ os: 'linux', architecture }));
  const layout = join(place.folder, 'copied');
  await writeLayout(layout, createIndex(images));
  const source = `${registry.host}/shop/copied:1`;
  await dema(['push', layout, source], place);
  const { manifests, ...rest } = JSON.parse(registry.manifests.get('shop/copied:1')?.content.toString() ?? '');
  const [image, attestation] = manifests;
  attestation.platform = { os: 'unknown', architecture: 'unknown' };
  const content = Buffer.from(JSON.stringify({ ...rest, manifests: [image, attestation] }));
  registry.manifests.set('shop/copied:1', { content, type: rest.mediaType });
  const other = await startContainerRegistry();
  const target = `docker://${other.host}/mirror/shop:1`;
  const signature = join(place.folder, 'copied.json');
  await writeFile(signature, '{}');
  const how = ['--attach', `application/x.signature+json=${signature}`, '--json'];
  const copied = await dema(['push', `docker://${source}`, target, ...how], place);
  expect(copied.code, copied.stderr).toBe(0);
  const { reference, digest, attached } = JSON.parse(copied.stdout);
  expect({ reference, digest }).toEqual({ reference: `${other.host}/mirror/shop:1`, digest: digestOf(content) });
  expect(attached).toMatchObject([{ subject: digest }]);
  expect(other.manifests.get('mirror/shop:1')?.content.equals(content)).toBe(true);
  await other.close();
});

test('an image that comes out the same is not sent again, and neither are questions about its layers', async () => {
  const name = `${registry.host}/shop/same:1`;
  const first = await dema(['build', app, '--publish', '--tag', name], place);
  registry.requests.length = 0;
  const again = await dema(['build', app, '--publish', '--tag', name], place);
  expect(again.stdout).toBe(first.stdout);
  const asked = new Set(registry.requests.filter((one) => one.includes('/shop/same/')));
  expect([...asked]).toEqual(['HEAD /v2/shop/same/manifests/1']);
});
