import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, digestOf, removeFolder } from '@dema/store';
import { type ContainerRegistry, type ContainerRegistryOptions, startContainerRegistry } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyImage, moveTag, parseRegistryName, pushImage, setLabels } from './index.ts';

let root: string;
let registry: ContainerRegistry;
let instead: NonNullable<ContainerRegistryOptions['instead']>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tags-'));
  instead = () => undefined;
  registry = await startContainerRegistry({ instead: (request) => instead(request) });
});

afterEach(async () => {
  await registry.close();
  await removeFolder(root);
});

const nameOf = (tag: string) => parseRegistryName(`${registry.host}/shop:${tag}`);
const options = () => ({ env: { HOME: root }, retry: { delayMs: 1 } });
const contentAt = (tag: string) => registry.manifests.get(`shop:${tag}`)?.content.toString();

/** Another image for each name. */
async function push(tag: string, name: string): Promise<Digest> {
  const image = setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), { name });
  return (await pushImage(nameOf(tag), image, options())).digest;
}

const move = (from: Digest[], to: Digest, isDryRun = false) => moveTag(nameOf('1'), { from, to, isDryRun }, options());

test('a tag goes back to what it was for, and only from where it is expected', async () => {
  const [before, after] = [await push('1', 'before'), await push('1', 'after')];
  expect(await move([after], before, true)).toEqual({ outcome: 'moved' });
  expect(await move([before], before)).toEqual({ outcome: 'elsewhere', digest: after });
  expect(await move([after], before)).toEqual({ outcome: 'moved' });
  expect(await move([after], before)).toEqual({ outcome: 'there' });
  registry.manifests.delete(`shop@${after}`);
  expect(await move([before], after)).toEqual({ outcome: 'lost' });
  registry.manifests.delete('shop:1');
  expect(await move([before], after)).toEqual({ outcome: 'elsewhere', digest: undefined });
});

test('a manifest that does not name its kind goes back as what it is', async () => {
  await push('1', 'before');
  const { mediaType: type, ...plain } = JSON.parse(contentAt('1') ?? '');
  const content = Buffer.from(JSON.stringify(plain));
  const before = digestOf(content);
  registry.manifests.set(`shop@${before}`, { content, type });
  const after = await push('1', 'after');
  expect(await move([after], before)).toEqual({ outcome: 'moved' });
  expect(registry.manifests.get('shop:1')).toEqual({ content, type });
});

test('a manifest that breaks off is asked for again', async () => {
  const [before, after] = [await push('1', 'before'), await push('1', 'after')];
  let isFirst = true;
  instead = ({ method, rest }) => {
    if (method !== 'GET' || rest !== 'manifests/1' || !isFirst) return undefined;
    isFirst = false;
    const headers = { 'content-length': '500', 'content-type': 'application/json' };
    return { status: 200, headers, body: Buffer.from('{"schema'), isBroken: true };
  };
  expect(await move([after], before)).toEqual({ outcome: 'moved' });
});

test('what somebody else has written while the answer was lost stays', async () => {
  const before = await push('1', 'before');
  await push('theirs', 'theirs');
  const after = await push('1', 'after');
  instead = ({ method, rest }) => {
    if (method !== 'PUT' || rest !== 'manifests/1') return undefined;
    instead = () => undefined;
    registry.manifests.set('shop:1', registry.manifests.get('shop:theirs') ?? { content: Buffer.alloc(0), type: '' });
    return { status: 0, isBroken: true };
  };
  await expect(move([after], before)).rejects.toMatchObject({ code: 'OCI_REGISTRY_TAG_TAKEN' });
  expect(contentAt('1')).toBe(contentAt('theirs'));
});
