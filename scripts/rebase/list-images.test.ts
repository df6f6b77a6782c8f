import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ListChoices, type ListedImage, listImages } from './list-images.ts';

/** What refers to an image where the registry does not list that itself is no image. */
const ATTACHED = `blog:sha256-${'a'.repeat(64)}`;

let folder: string;
let registry: ContainerRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'list-'));
  registry = await startContainerRegistry({ pageSize: 2 });
  for (const name of [
    'shop/cart:1',
    'shop/cart:2',
    'shop/cart/admin:1',
    'shops/x:1',
    'blog:latest',
    'blog:1',
    ATTACHED,
  ]) {
    registry.manifests.set(name, { content: Buffer.from(''), type: '' });
  }
});

afterAll(async () => {
  await registry.close();
  await removeFolder(folder);
});

async function list(names: string[], choices: ListChoices = {}): Promise<string[]> {
  const listed: string[] = [];
  for await (const { name } of listImages(names, choices)) listed.push(name.replace(registry.host, 'HOST'));
  return listed;
}

const CASES: [string, string[]][] = [
  ['shop/cart:*', ['shop/cart:1', 'shop/cart:2']],
  ['shop/*:1', ['shop/cart:1', 'shop/cart/admin:1']],
  ['*', ['blog:latest', 'shop/cart:latest', 'shop/cart/admin:latest', 'shops/x:latest']],
  ['*:*', ['blog:1', 'blog:latest', 'shop/cart:1', 'shop/cart:2', 'shop/cart/admin:1', 'shops/x:1']],
  ['blog:l*', ['blog:latest']],
];

test.each(CASES)('docker://HOST/%s', async (pattern, expected) => {
  const found = await list([`docker://${registry.host}/${pattern}`]);
  expect(found).toEqual(expected.map((name) => `docker://HOST/${name}`));
});

const UNMATCHED: [string, string[]][] = [
  ['none/*:*', ['repositories there: blog, shop/cart, shop/cart/admin, shops/x']],
  [
    'blog:2*',
    ['repositories that match: blog', expect.stringMatching('^tags there: blog:1, blog:latest, blog:sha256-')],
  ],
  ['none:*', ['repositories that match: none', 'tags there: none']],
];

test.each(UNMATCHED)('docker://HOST/%s, which nothing matches, tells what is there', async (pattern, details) => {
  const name = `docker://${registry.host}/${pattern}`;
  const found: ListedImage[] = [];
  for await (const image of listImages([name, 'shop'], {})) found.push(image);
  expect(found).toEqual([
    { name, problem: expect.objectContaining({ code: 'CLI_PATTERN_UNMATCHED', details }) },
    { name: 'shop' },
  ]);
});

test('a registry that cannot be asked leaves the other names alone', async () => {
  const found: ListedImage[] = [];
  for await (const image of listImages(['docker://localhost:1/*:*', 'shop'], {})) found.push(image);
  expect(found).toMatchObject([{ problem: { code: 'OCI_REGISTRY_UNREACHABLE' } }, { name: 'shop' }]);
});

test('names of a file, a line each, and what publish makes of them', async () => {
  const file = join(folder, 'names');
  await writeFile(file, `# ours\nshop\r\n\n  oci:./image\n${registry.host}/shop/cart:*\n`);
  expect(await list(['first'], { images: file, publish: true })).toEqual([
    'docker://first',
    'docker://shop',
    'oci:./image',
    'docker://HOST/shop/cart:1',
    'docker://HOST/shop/cart:2',
  ]);
});

test.each(['shop*', 'docker://*/shop', 'docker://host.example/a b*', 'oci:*'])('%j is no pattern', async (name) => {
  await expect(list([name])).rejects.toMatchObject({ code: 'CLI_ARGUMENTS_INVALID' });
});

test('a file that cannot be read, and no name at all', async () => {
  await expect(list([], { images: join(folder, 'none') })).rejects.toMatchObject({ code: 'CLI_ARGUMENTS_INVALID' });
  await expect(list([])).rejects.toMatchObject({ code: 'CLI_ARGUMENTS_INVALID' });
});
