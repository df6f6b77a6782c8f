import { execFile, execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { readBody, readTar, type TarEntry, writeTar } from '@dema/archive';
import { asidePath, digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { makeFolderImage } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Image, readArchive, setLabels, validateImage, writeArchive, writeImage } from './index.ts';

let root: string;
let store: Store;
let image: Image;
let file: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'archive-'));
  file = join(root, 'out/image.tar');
  store = await openStore(join(root, 'cache'));
  image = await makeImage('a', 'b');
});

afterEach(() => removeFolder(root));

const OWNER = { uid: 0, gid: 0 };
const otherStore = () => openStore(join(root, 'other'));

const makeImage = (...names: string[]) => makeFolderImage(store, names);

async function readMembers(path: string): Promise<[string, string][]> {
  const members: [string, string][] = [];
  for await (const entry of readTar(createReadStream(path))) members.push([entry.path, String(await readBody(entry))]);
  return members;
}

function member(path: string, content: string | Uint8Array): TarEntry {
  const body = Buffer.from(content);
  return { path, type: 'file', mode: 0o644, ...OWNER, size: body.length, body: () => [body] };
}

async function writeMembers(entries: TarEntry[]): Promise<string> {
  const path = join(root, 'made.tar');
  await writeFile(path, await buffer(writeTar(entries)));
  return path;
}

test('an archive is an OCI layout and one of Docker at once', async () => {
  const { digest, size } = await writeArchive(file, image, { reference: 'shop/cart:1' });
  const members = await readMembers(file);
  const hex = (one: string) => `blobs/${one.replace(':', '/')}`;
  const { config, layers } = JSON.parse(new Map(members).get(hex(digest)) ?? '');
  expect(members.map(([path]) => path)).toEqual([
    ...['oci-layout', 'index.json', 'manifest.json', 'blobs', 'blobs/sha256'],
    ...[digest, config.digest, ...layers.map((layer: { digest: string }) => layer.digest)].map(hex),
  ]);
  const found = Object.fromEntries(members);
  expect(JSON.parse(found['oci-layout'] ?? '')).toEqual({ imageLayoutVersion: '1.0.0' });
  expect(JSON.parse(found['index.json'] ?? '').manifests).toEqual([
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size,
      annotations: {
        'io.containerd.image.name': 'docker.io/shop/cart:1',
        'org.opencontainers.image.ref.name': 'shop/cart:1',
      },
      platform: { architecture: 'amd64', os: 'linux' },
    },
  ]);
  expect(JSON.parse(found['manifest.json'] ?? '')).toEqual([
    {
      Config: hex(config.digest),
      RepoTags: ['shop/cart:1'],
      Layers: layers.map((layer: { digest: string }) => hex(layer.digest)),
    },
  ]);
});

test('the same image gives the same bytes, in any place, at any time', async () => {
  await writeArchive(file, image, { reference: 'shop:1' });
  const first = await readFile(file);
  await utimes(file, 1, 1);
  await writeArchive(join(root, 'elsewhere.tar'), await makeImage('a', 'b'), { reference: 'shop:1' });
  expect(first.equals(await readFile(join(root, 'elsewhere.tar')))).toBe(true);
  expect(await readdir(join(root, 'out'))).toEqual(['image.tar']);
});

test('a layer that an image has twice stands once in its archive', async () => {
  await writeArchive(file, await makeImage('a', 'a'), { reference: 'shop:1' });
  const paths = (await readMembers(file)).map(([path]) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

test.each([
  ['as it is', (content: Buffer) => content],
  ['compressed', (content: Buffer) => gzipSync(content)],
])('an archive is read %s, with its name', async (_, change) => {
  const written = await writeArchive(file, image, { reference: 'shop:1' });
  await writeFile(file, change(await readFile(file)));
  const other = await otherStore();
  const { image: read, reference } = await readArchive(other, file);
  expect(reference).toBe('shop:1');
  const { manifest } = await writeImage(other, read);
  expect(manifest.digest).toBe(written.digest);
  expect(await validateImage(other, manifest.digest)).toEqual([]);
});

test("an archive of Docker's old form is read, with the same configuration", async () => {
  const tars = await Promise.all(image.layers.map((layer) => buffer(layer.read())));
  const config = JSON.stringify({ ...image.config, docker_version: '1.2', unknown: 1 });
  const manifest = [{ Config: 'c.json', RepoTags: ['old:1'], Layers: ['1/layer.tar', '2/layer.tar'] }];
  const path = await writeMembers([
    member('1/layer.tar', tars[0] ?? ''),
    { path: '2/layer.tar', type: 'symlink', mode: 0o777, ...OWNER, size: 0, linkPath: '../3/layer.tar' },
    member('3/layer.tar', gzipSync(tars[1] ?? '')),
    member('c.json', config),
    member('manifest.json', JSON.stringify(manifest)),
  ]);
  const other = await otherStore();
  const { image: read, reference } = await readArchive(other, path);
  expect(reference).toBe('old:1');
  expect(read.layers.map(({ diffId }) => diffId)).toEqual(image.config.rootfs.diff_ids);
  const { configDigest, manifest: written } = await writeImage(other, read);
  expect(configDigest).toBe(digestOf(config));
  expect(await validateImage(other, written.digest)).toEqual([]);
});

test('paths in an archive may begin with a slash, as in packages that pack makes', async () => {
  const { digest } = await writeArchive(file, image, { reference: 'shop/cart:1' });
  const entries: TarEntry[] = [];
  for await (const entry of readTar(createReadStream(file))) {
    if (entry.type === 'file') entries.push(member(`/${entry.path}`, await readBody(entry)));
  }
  const read = await readArchive(await otherStore(), await writeMembers(entries));
  expect((await writeImage(await otherStore(), read.image)).manifest.digest).toBe(digest);
});

test('of an image for several platforms the one for this kind of machine is taken', async () => {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const members = await layoutMembers();
  const [own] = JSON.parse(new Map(await readMembers(file)).get('index.json') ?? '').manifests;
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const list = JSON.stringify({
    manifests: [
      { ...own, digest: digestOf('x'), platform: { os: 'windows', architecture } },
      { ...own, platform: { os: 'linux', architecture } },
    ],
  });
  const index = { manifests: [{ mediaType, size: list.length, digest: digestOf(list) }] };
  members.set('index.json', member('index.json', JSON.stringify(index)));
  members.set('list', member(`blobs/sha256/${digestOf(list).slice(7)}`, list));
  const path = await writeMembers([...members.values()]);
  expect((await readArchive(await otherStore(), path)).image.config).toEqual(image.config);
});

async function layoutMembers(): Promise<Map<string, TarEntry>> {
  await writeArchive(file, image, { reference: 'shop:1' });
  const members = new Map<string, TarEntry>();
  for await (const entry of readTar(createReadStream(file))) {
    if (entry.type === 'file') members.set(entry.path, member(entry.path, await readBody(entry)));
  }
  return members;
}

const BROKEN: [string, (members: Map<string, TarEntry>) => void][] = [
  ['names nothing', (members) => ['index.json', 'manifest.json'].forEach((name) => void members.delete(name))],
  ['lacks a layer', (members) => members.delete([...members.keys()].at(-1) ?? '')],
  ['lacks its configuration', (members) => members.delete([...members.keys()].at(4) ?? '')],
  ['has no version', (members) => members.delete('oci-layout')],
  ['has two images', (members) => members.set('index.json', member('index.json', '{"manifests":[]}'))],
  ['has no JSON', (members) => members.set('index.json', member('index.json', '{'))],
  [
    'has another manifest under its digest',
    (members) => members.set([...members.keys()].at(3) ?? '', member([...members.keys()].at(3) ?? '', '{}')),
  ],
];

test.each(BROKEN)('an archive that %s is refused', async (_, breakIt) => {
  const members = await layoutMembers();
  breakIt(members);
  const path = await writeMembers([...members.values()]);
  await expect(readArchive(await otherStore(), path)).rejects.toMatchObject({ code: 'OCI_ARCHIVE_INVALID' });
});

test('a layer with other content than its name says is refused', async () => {
  const members = await layoutMembers();
  const last = [...members.keys()].at(-1) ?? '';
  members.set(last, member(last, 'other'));
  const other = await otherStore();
  await expect(readArchive(other, await writeMembers([...members.values()]))).rejects.toMatchObject({
    code: 'STORE_BLOB_CORRUPT',
  });
  expect(await other.hasBlob(`sha256:${last.slice(-64)}`)).toBe(false);
});

test('what is no archive, and one that is cut, are refused', async () => {
  await writeArchive(file, image, { reference: 'shop:1' });
  const content = await readFile(file);
  for (const text of ['Dear diary', content.subarray(0, 2000), gzipSync(content).subarray(0, 500)]) {
    await writeFile(file, text);
    await expect(readArchive(await otherStore(), file)).rejects.toMatchObject({ code: 'OCI_ARCHIVE_INVALID' });
  }
});

test('what a killed process left beside an archive goes with the next one', async () => {
  await mkdir(join(root, 'out'));
  const mine = asidePath(file);
  const dead = mine.replace(/\.\d+-\d+-/, '.4194305-1-');
  const others = ['image.tar.part', 'image.tar.7-7-eeeeeeeeeeee-ab', 'other.tar'].map((name) =>
    join(root, 'out', name),
  );
  for (const path of [mine, dead, ...others]) await writeFile(path, '');
  await writeArchive(file, image, { reference: 'shop:1' });
  expect((await readdir(join(root, 'out'))).sort()).toEqual(
    [file, mine, ...others].map((path) => basename(path)).sort(),
  );
});

test('a folder is never replaced, and a place that cannot be written is a fault', async () => {
  await mkdir(file, { recursive: true });
  await expect(writeArchive(file, image, { reference: 'a:1' })).rejects.toMatchObject({
    code: 'OCI_OUTPUT_NOT_A_FILE',
  });
  await rm(file, { recursive: true });
  await writeFile(join(root, 'plain'), '');
  await expect(writeArchive(join(root, 'plain/x.tar'), image, { reference: 'a:1' })).rejects.toMatchObject({
    code: 'OCI_OUTPUT_FAILED',
  });
  const broken = setLabels(image, { a: 'b' });
  await removeFolder(store.root);
  await expect(writeArchive(file, broken, { reference: 'a:1' })).rejects.toMatchObject({ code: 'OCI_LAYER_MISSING' });
  expect(await readdir(join(root, 'out'))).toEqual([]);
});

function findSkopeo(): string | undefined {
  try {
    execFileSync('skopeo', ['--version'], { stdio: 'ignore' });
    return 'skopeo';
  } catch {
    return undefined;
  }
}

test('skopeo reads an archive either way, with the digest and the configuration that it has', async ({ skip }) => {
  const skopeo = findSkopeo();
  if (skopeo === undefined) return skip('skopeo is not installed');
  const { digest } = await writeArchive(file, image, { reference: 'shop:1' });
  const inspect = async (...args: string[]) =>
    JSON.parse((await promisify(execFile)(skopeo, ['inspect', ...args])).stdout);
  expect(await inspect(`oci-archive:${file}`)).toMatchObject({ Digest: digest });
  expect(await inspect('--config', `docker-archive:${file}`)).toMatchObject({
    rootfs: { diff_ids: image.config.rootfs.diff_ids },
  });
});
