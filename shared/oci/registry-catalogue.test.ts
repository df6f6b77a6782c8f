import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry, startServer } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listRepositories, listTags } from './index.ts';

let home: string;
let registry: ContainerRegistry | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'catalogue-'));
});

afterEach(async () => {
  await registry?.close();
  registry = undefined;
  await removeFolder(home);
});

async function start(options: Parameters<typeof startContainerRegistry>[0]): Promise<ContainerRegistry> {
  registry = await startContainerRegistry(options);
  for (const name of ['shop/cart:1', 'shop/cart:2', 'shop/cart:3', 'blog:1', 'wiki:1']) {
    registry.manifests.set(name, { content: Buffer.from(''), type: '' });
  }
  return registry;
}

async function namesOf(listed: AsyncIterable<string>): Promise<string[]> {
  const names: string[] = [];
  for await (const name of listed) names.push(name);
  return names;
}

const options = (more: Record<string, string> = {}) => ({ env: { HOME: home, ...more } });

test('lists of repositories and tags are read to their ends, whatever the size of a page', async () => {
  const { host, requests } = await start({ pageSize: 2 });
  expect(await namesOf(listRepositories(host, options()))).toEqual(['blog', 'shop/cart', 'wiki']);
  expect(await namesOf(listTags({ host, repository: 'shop/cart' }, options()))).toEqual(['1', '2', '3']);
  expect(requests.filter((one) => one === 'GET /v2/_catalog')).toHaveLength(2);
  expect(await namesOf(listTags({ host, repository: 'none' }, options()))).toEqual([]);
});

test('a login is asked for with what lists want', async () => {
  const { host } = await start({ login: { kind: 'bearer', userInfo: 'ann:secret' } });
  const auth = {
    CNB_REGISTRY_AUTH: JSON.stringify({ [host]: `Basic ${Buffer.from('ann:secret').toString('base64')}` }),
  };
  expect(await namesOf(listRepositories(host, options(auth)))).toEqual(['blog', 'shop/cart', 'wiki']);
});

test('what is no list is not taken for an empty one', async () => {
  const server = await startServer({ '/': (_, response) => void response.end('<html>') });
  const listed = namesOf(listRepositories(server.host, options()));
  await expect(listed).rejects.toMatchObject({ code: 'OCI_REGISTRY_ANSWER_INVALID' });
  await server.close();
});

test('a page that breaks off is asked for again', async () => {
  let isFirst = true;
  const { host } = await start({
    pageSize: 2,
    instead({ url }) {
      if (!url.searchParams.has('last') || !isFirst) return undefined;
      isFirst = false;
      return { status: 200, headers: { 'content-length': '500' }, body: Buffer.from('{"repos'), isBroken: true };
    },
  });
  const listed = listRepositories(host, { ...options(), retry: { delayMs: 1 } });
  expect(await namesOf(listed)).toEqual(['blog', 'shop/cart', 'wiki']);
});

test('a page without end is no list', async () => {
  const { host } = await start({ instead: () => ({ status: 200, body: Buffer.alloc(9 * 1024 * 1024, ' ') }) });
  await expect(namesOf(listRepositories(host, options()))).rejects.toMatchObject({
    code: 'OCI_REGISTRY_ANSWER_INVALID',
    problem: expect.stringContaining(host),
  });
});
