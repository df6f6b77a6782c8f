import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Digest, digestOf, removeFolder } from '@dema/store';
import { type ContainerRegistry, type ContainerRegistryOptions, startContainerRegistry } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Artifact, attachArtifact, emptyImage, listReferrers, parseRegistryName, pushImage } from './index.ts';

let home: string;
let registry: ContainerRegistry;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'referrers-'));
});

afterEach(async () => {
  await registry.close();
  await removeFolder(home);
});

const TYPE = 'application/vnd.cyclonedx+json';
const options = () => ({ env: { HOME: home }, retry: { delayMs: 1 } });
const name = () => parseRegistryName(`${registry.host}/shop:1`);
const sbomOf = (text: string): Artifact => ({ type: TYPE, content: Buffer.from(text), title: 'sbom.cdx.json' });
const list = async (subject: Digest) => (await listReferrers(name(), subject, options())).map((one) => one.digest);

async function start(more: ContainerRegistryOptions = {}) {
  registry = await startContainerRegistry(more);
  return pushImage(name(), emptyImage({ os: 'linux', architecture: 'amd64' }), options());
}

test.each([true, false])('what is attached is listed (a registry that lists itself: %s)', async (hasReferrers) => {
  const subject = await start({ hasReferrers });
  expect(await list(subject.digest)).toEqual([]);
  const first = await attachArtifact(name(), subject, sbomOf('one'), options());
  const signature: Artifact = {
    type: 'application/x.signature',
    content: Buffer.from('s'),
    annotations: { by: 'ann' },
  };
  const second = await attachArtifact(name(), subject, signature, options());
  const found = await listReferrers(name(), subject.digest, options());
  expect(found.map(({ digest, artifactType }) => [digest, artifactType])).toEqual([
    [first.digest, TYPE],
    [second.digest, 'application/x.signature'],
  ]);
  expect(found[1]?.annotations).toEqual({ by: 'ann' });
  const tag = registry.manifests.get(`shop:${subject.digest.replace(':', '-')}`);
  expect(tag === undefined).toBe(hasReferrers);
  expect(tag?.type ?? '').toBe(hasReferrers ? '' : 'application/vnd.oci.image.index.v1+json');
});

test('a manifest says what it is about, and what is in it, the same each time', async () => {
  const subject = await start();
  const { digest } = await attachArtifact(name(), subject, sbomOf('one'), options());
  const content = String(registry.manifests.get(`shop@${digest}`)?.content);
  const blob = digestOf('one');
  expect(JSON.parse(content)).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: TYPE,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 },
    layers: [
      { mediaType: TYPE, digest: blob, size: 3, annotations: { 'org.opencontainers.image.title': 'sbom.cdx.json' } },
    ],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  });
  expect(String(registry.blobs.get(`shop@${blob}`))).toBe('one');
  const before = registry.requests.length;
  expect((await attachArtifact(name(), subject, sbomOf('one'), options())).digest).toBe(digest);
  expect(registry.requests.slice(before).filter((one) => /^(POST|PATCH)/.test(one))).toEqual([]);
});

test('lists that come in pages are read to their end', async () => {
  const page = (digest: string) => Buffer.from(JSON.stringify({ manifests: [{ mediaType: 'x', size: 1, digest }] }));
  const [one, two] = [digestOf('1'), digestOf('2')];
  const subject = await start({
    instead({ url, rest, repository }) {
      if (!rest.startsWith('referrers/')) return undefined;
      if (url.searchParams.has('last')) return { status: 200, body: page(two) };
      return { status: 200, body: page(one), headers: { link: `</v2/${repository}/${rest}?last=1>; rel="next"` } };
    },
  });
  expect(await list(subject.digest)).toEqual([one, two]);
});

test('the list under a tag keeps what another client writes into it at the same time', async () => {
  const theirs = { mediaType: 'x', digest: digestOf('theirs'), size: 1 };
  let writes = 0;
  const subject = await start({
    hasReferrers: false,
    async instead({ method, rest, body }) {
      if (method !== 'PUT' || !/^manifests\/sha256-/.test(rest)) return undefined;
      writes += 1;
      const content = JSON.parse(String(await buffer(body)));
      // The first time theirs is written over it.
      const manifests = writes === 1 ? [theirs] : content.manifests;
      registry.manifests.set(`shop:${rest.slice('manifests/'.length)}`, {
        content: Buffer.from(JSON.stringify({ ...content, manifests })),
        type: content.mediaType,
      });
      return { status: 201 };
    },
  });
  const { digest } = await attachArtifact(name(), subject, sbomOf('one'), options());
  expect(await list(subject.digest)).toEqual([theirs.digest, digest]);
});

test("cosign's signatures, which have tags of their own, are listed as well", async () => {
  const subject = await start();
  const signature = registry.manifests.get('shop:1');
  if (!signature) throw new Error('the image is there');
  registry.manifests.set(`shop:${subject.digest.replace(':', '-')}.sig`, signature);
  expect((await listReferrers(name(), subject.digest, options())).map(({ artifactType }) => artifactType)).toEqual([
    'application/vnd.dev.cosign.artifact.sig.v1+json',
  ]);
});
