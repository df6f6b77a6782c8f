import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { type ContainerRegistry, makeFolderImage, startContainerRegistry } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseIndex, renderIndex } from './image-index.ts';
import {
  chooseImage,
  createIndex,
  type ImageIndex,
  type ImageOrIndex,
  isIndex,
  openImageStore,
  parsePlatform,
  parseRegistryName,
  pullImage,
  pullImageOrIndex,
  pushImage,
  readNamedArchive,
  readNamedLayout,
  setLabels,
  validateImage,
  verifyImages,
  writeArchive,
  writeLayout,
} from './index.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64/v8'];

let root: string;
let store: Store;
let index: ImageIndex;
let registry: ContainerRegistry;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'index-'));
  store = await openStore(join(root, 'cache'));
  registry = await startContainerRegistry();
  index = createIndex(await Promise.all(PLATFORMS.map(makeImage)), { made: 'here' });
});

afterEach(async () => {
  await registry.close();
  await removeFolder(root);
});

const env = () => ({ HOME: root, PATH: process.env.PATH });
const nameOf = (path: string) => parseRegistryName(`${registry.host}/${path}`);

const makeImage = (platform: string) =>
  makeFolderImage(store, ['common', platform.replaceAll('/', '-')], parsePlatform(platform));

/** Writes an index somewhere, and reads it again there. */
const PLACES: [
  string,
  (found: ImageOrIndex) => Promise<{ digest: Digest; read(into: Store): Promise<ImageOrIndex> }>,
][] = [
  [
    'a layout',
    async (found) => {
      const { digest } = await writeLayout(join(root, 'layout'), found, { reference: 'shop:1' });
      return { digest, read: async (into) => (await readNamedLayout(into, join(root, 'layout'))).found };
    },
  ],
  [
    'an archive',
    async (found) => {
      const { digest } = await writeArchive(join(root, 'a.tar'), found, { reference: 'shop:1' });
      return { digest, read: async (into) => (await readNamedArchive(into, join(root, 'a.tar'))).found };
    },
  ],
  [
    'a registry',
    async (found) => {
      const { digest } = await pushImage(nameOf('shop:1'), found, { env: env() });
      return {
        digest,
        read: async (into) => (await pullImageOrIndex(into, nameOf('shop:1'), { env: env() }))?.found ?? missing(),
      };
    },
  ],
  [
    'the image store',
    async (found) => {
      const images = await openImageStore(join(root, 'images'), store);
      const { digest } = await images.put('shop:1', found);
      return { digest, read: async () => (await images.findImageOrIndex('shop:1'))?.found ?? missing() };
    },
  ],
];

function missing(): never {
  throw new Error('nothing was found');
}

test.each(PLACES)('an index in %s has its images, each whole, and keeps its digest', async (_, write) => {
  const { digest, read } = await write(index);
  const other = await openStore(join(root, 'other'));
  const found = await read(other);
  if (!isIndex(found)) throw new Error('it is no index');
  expect(found.entries.map(({ platform }) => platform)).toEqual(PLATFORMS.map(parsePlatform));
  expect(found.annotations).toEqual({ made: 'here' });
  for (const platform of PLATFORMS) {
    const image = await chooseImage(found, 'shop:1', parsePlatform(platform));
    expect(image.config).toEqual((await makeImage(platform)).config);
    for (const layer of image.layers) expect(await layer.tree()).toContain(root);
  }
  const copied = await pushImage(nameOf('copy:1'), found, { env: env() });
  expect(copied.digest).toBe(digest);
  await expect(chooseImage(found, 'shop:1', parsePlatform('linux/s390x'))).rejects.toMatchObject({
    code: 'OCI_PLATFORM_MISSING',
    details: ['platforms:', ...PLATFORMS],
  });
});

test('in a registry the images come before the index, which alone has the tag', async () => {
  await pushImage(nameOf('shop:1'), index, { env: env() });
  const written = registry.requests.filter((one) => /^PUT .*\/manifests\//.test(one));
  expect(written.map((one) => one.replace(/sha256:.*/, 'sha256'))).toEqual([
    'PUT /v2/shop/manifests/sha256',
    'PUT /v2/shop/manifests/sha256',
    'PUT /v2/shop/manifests/1',
  ]);
  // What both images have is sent once.
  expect(registry.requests.filter((one) => /^PUT .*\/blobs\//.test(one)).length).toBe(5);
  const { content, type } = registry.manifests.get('shop:1') ?? missing();
  expect(type).toBe('application/vnd.oci.image.index.v1+json');
  expect(JSON.parse(String(content))).toMatchObject({ schemaVersion: 2, mediaType: type });
});

test("Docker's lists are read and sent on as they are, and written as OCI's once they are changed", async () => {
  await pushImage(nameOf('shop:1'), index, { env: env() });
  const { content } = registry.manifests.get('shop:1') ?? missing();
  const type = 'application/vnd.docker.distribution.manifest.list.v2+json';
  const list = Buffer.from(JSON.stringify({ ...JSON.parse(String(content)), mediaType: type, unknown: 1 }));
  registry.manifests.set('shop:1', { content: list, type });
  const found = (await pullImageOrIndex(store, nameOf('shop:1'), { env: env() }))?.found ?? missing();
  if (!isIndex(found)) throw new Error('it is no index');
  expect(await pushImage(nameOf('shop:2'), found, { env: env() })).toMatchObject({
    mediaType: type,
    digest: digestOf(list),
  });
  const images = await Promise.all(found.entries.map(({ image }) => image()));
  const changed = createIndex(images.map((image) => setLabels(image, { a: 'b' })));
  expect((await pushImage(nameOf('shop:3'), changed, { env: env() })).mediaType).toMatch(/oci/);
});

test('of an index only the image that is asked for is read, and what is no image is left out', async () => {
  await pushImage(nameOf('shop:1'), index, { env: env() });
  const { content, type } = registry.manifests.get('shop:1') ?? missing();
  const parsed = JSON.parse(String(content));
  const attestation = {
    ...parsed.manifests[0],
    digest: digestOf('gone'),
    platform: { os: 'unknown', architecture: 'unknown' },
  };
  const lacking = { ...parsed.manifests[1], digest: digestOf('gone, too') };
  const manifests = [attestation, parsed.manifests[0], lacking];
  registry.manifests.set('shop:1', { content: Buffer.from(JSON.stringify({ ...parsed, manifests })), type });
  const found = (await pullImageOrIndex(store, nameOf('shop:1'), { env: env() }))?.found ?? missing();
  expect(isIndex(found) && found.entries.length).toBe(2);
  const pull = (platform: string) =>
    pullImage(store, nameOf('shop:1'), { env: env(), platform: parsePlatform(platform) });
  expect((await pull('linux/amd64'))?.digest).toBe(parsed.manifests[0].digest);
  await expect(pull('linux/arm64')).rejects.toMatchObject({ code: 'OCI_REGISTRY_INCOMPLETE' });
});

test.each([5, 'linux', {}, { os: 5, architecture: 'amd64' }, { os: 'linux', architecture: 'amd64', variant: 5 }])(
  'the platform %j is none, and the image of it is not taken',
  async (platform) => {
    const { content } = await renderIndex(index);
    const { manifests, ...rest } = JSON.parse(content.toString());
    const broken = { ...rest, manifests: [{ ...manifests[0], platform }, manifests[1]] };
    const parsed = parseIndex(Buffer.from(JSON.stringify(broken)), digestOf(''), () => missing());
    expect(parsed.entries.map((entry) => entry.platform?.architecture)).toEqual([undefined, 'arm64']);
    const chosen = chooseImage(parsed, 'shop:1', parsePlatform('linux/amd64'));
    await expect(chosen).rejects.toMatchObject({ code: 'OCI_PLATFORM_MISSING' });
  },
);

test('a layout that names an image for each of several platforms is an index without a name', async () => {
  await writeLayout(join(root, 'layout'), index);
  const file = join(root, 'layout/index.json');
  const [{ digest }] = JSON.parse(await readFile(file, 'utf8')).manifests;
  const list = await readFile(join(root, 'layout/blobs', digest.replace(':', '/')), 'utf8');
  await writeFile(file, list);
  const { found } = await readNamedLayout(store, join(root, 'layout'));
  expect(isIndex(found) && found.entries.map(({ platform }) => platform)).toEqual(PLATFORMS.map(parsePlatform));
  const [first] = JSON.parse(list).manifests;
  await writeFile(file, JSON.stringify({ manifests: [first, first] }));
  await expect(readNamedLayout(store, join(root, 'layout'))).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
});

test('the image store keeps what an index needs, and gives it up with the name', async () => {
  const images = await openImageStore(join(root, 'images'), store);
  const kept = await images.put('one:1', await makeImage('linux/amd64'));
  const { digest } = await images.put('shop:1', index);
  expect((await images.list()).map((one) => one.digest)).toEqual([kept.digest, digest]);
  await images.put('other:1', setLabels(await makeImage('linux/amd64'), { a: 'b' }));
  expect(await images.remove('other:1')).toBe(true);
  expect((await verifyImages(images)).incomplete).toEqual([]);
  expect(await images.remove('shop:1')).toBe(true);
  expect(await validateImage(images, kept.digest)).toEqual([]);
});
