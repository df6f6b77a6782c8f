import { buffer } from 'node:stream/consumers';
import { readBody, type TarEntry, writeTar } from '@dema/archive';
import type { Layer } from '@dema/oci';
import { expect, test } from 'vitest';
import type { Builder } from './builder.ts';
import type { SbomDocuments } from './buildpack-sboms.ts';
import type { BuiltBuildpack } from './built-buildpack.ts';
import { findLayerSboms, readSbomLayer, sbomEntries } from './sbom-layer.ts';

function builder(sbom?: Record<string, string>): Builder {
  return { buildImage: { user: 1001, group: 1000 }, launcher: { sbom } } as unknown as Builder;
}

function built(id: string, launch: Record<string, SbomDocuments>, legacy: Record<string, unknown>[] = []) {
  const sboms = { launch: new Map(Object.entries(launch)), kept: {}, legacy };
  return { descriptor: { buildpack: { id } }, sboms } as unknown as BuiltBuildpack;
}

async function textsOf(entries: TarEntry[]): Promise<Record<string, string>> {
  const files = entries.filter(({ type }) => type === 'file');
  const texts = files.map(async (entry) => [entry.path, (await readBody(entry)).toString()] as const);
  return Object.fromEntries(await Promise.all(texts));
}

test('entries stand in the order in which a walk through the folder meets them', () => {
  const parts = [
    built('z/a', { '': { 'cdx.json': '1' }, b: { 'cdx.json': '2', 'spdx.json': '3' } }),
    built('none', {}),
  ];
  const entries = sbomEntries(builder({ 'cdx.json': '0' }), parts)();
  expect(entries.map(({ path }) => path)).toEqual([
    '/layers',
    '/layers/sbom',
    '/layers/sbom/launch',
    '/layers/sbom/launch/buildpacksio_lifecycle',
    '/layers/sbom/launch/buildpacksio_lifecycle/launcher',
    '/layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.cdx.json',
    '/layers/sbom/launch/sbom.legacy.json',
    '/layers/sbom/launch/z_a',
    '/layers/sbom/launch/z_a/b',
    '/layers/sbom/launch/z_a/b/sbom.cdx.json',
    '/layers/sbom/launch/z_a/b/sbom.spdx.json',
    '/layers/sbom/launch/z_a/sbom.cdx.json',
  ]);
  expect(entries.every(({ uid, gid }) => uid === 1001 && gid === 1000)).toBe(true);
});

test('the list of old is there in every image', async () => {
  const path = '/layers/sbom/launch/sbom.legacy.json';
  expect(await textsOf(sbomEntries(builder(), [])())).toEqual({ [path]: 'null\n' });
  const entry = { name: 'node', metadata: { version: '1', 'a<b': true }, buildpack: { id: 'x', version: '2' } };
  expect(await textsOf(sbomEntries(builder(), [built('x', {}, [entry])])())).toEqual({
    [path]: '[{"name":"node","metadata":{"a\\u003cb":true,"version":"1"},"buildpack":{"id":"x","version":"2"}}]\n',
  });
});

/** An image whose SBOM layer has these files. */
async function read(files: Record<string, string>): Promise<Map<string, string>> {
  const entries = Object.entries(files).map(([path, text]): TarEntry => {
    const body = Buffer.from(text);
    return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: body.length, body: () => [body] };
  });
  const tar = await buffer(writeTar(entries));
  const layer = {
    diffId: 'sha256:1',
    read: async function* () {
      yield tar;
    },
  } as unknown as Layer;
  const previous = { image: { layers: [layer] }, metadata: { sbom: { sha: 'sha256:1' } } };
  return readSbomLayer(previous as unknown as Parameters<typeof readSbomLayer>[0]);
}

test('finds the documents of a layer again', async () => {
  const documents = await read({
    '/layers/sbom/launch/x_y/tool/sbom.cdx.json': 'tool',
    '/layers/sbom/launch/x_y/sbom.cdx.json': 'app',
    '/elsewhere/sbom.cdx.json': 'other',
  });
  expect([...documents.keys()]).toEqual(['x_y/tool/sbom.cdx.json', 'x_y/sbom.cdx.json']);
  expect(findLayerSboms(documents, 'x/y', 'tool')).toEqual({ 'cdx.json': 'tool' });
  expect(findLayerSboms(documents, 'x/y', 'none')).toEqual({});
});

test('paths that lead out of the folder are passed over', async () => {
  const documents = await read({
    '/layers/sbom/launch/../out': '1',
    '/layers/sbom/launch/x_y/tool/sbom.d/cdx.json': '2',
  });
  expect([...documents.keys()]).toEqual(['x_y/tool/sbom.d/cdx.json']);
  expect(findLayerSboms(documents, 'x/y', 'tool')).toEqual({});
});

test('what is larger than any document, or more than all of them, is not taken into memory', async () => {
  const large = 'x'.repeat(33 * 1024 * 1024);
  expect([...(await read({ '/layers/sbom/launch/a/sbom.cdx.json': large })).keys()]).toEqual([]);
  const many = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`/layers/sbom/launch/${index}/sbom.cdx.json`, large.slice(2 ** 20)]),
  );
  expect([...(await read(many)).keys()]).toHaveLength(8);
});
