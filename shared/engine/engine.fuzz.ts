import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyImage, setLabels } from '@dema/oci';
import { parseBuildpackToml } from '@dema/spec';
import { fuzz } from '@dema/testkit';
import { findBuildCache } from './build-cache.ts';
import type { BuildpackFolder } from './builder.ts';
import { parseBuildpackFault } from './buildpack-fault.ts';
import { readBuildpackSboms } from './buildpack-sboms.ts';
import { parseEnv } from './environment.ts';
import { readImageUser } from './image-user.ts';
import { findLifecycleMetadata, LIFECYCLE_LABEL } from './lifecycle-metadata.ts';
import { readOutput } from './read-output.ts';
import { type Kept, restore } from './restore.ts';
import type { Session } from './session.ts';
import { divideIntoSlices } from './slices.ts';
import { parseVolume } from './volume.ts';

const SHA = `sha256:${'a'.repeat(64)}`;
const LAYERS = {
  node: { sha: SHA, data: { version: '24', deep: { list: [1, 'a'] } }, build: false, launch: true, cache: false },
  tools: { sha: SHA, data: null, build: true, launch: true, cache: true },
};
const LABEL = JSON.stringify({
  app: [{ sha: SHA }],
  sbom: { sha: SHA },
  buildpacks: [{ key: 'dema/nodejs', version: '0.1.0', layers: LAYERS, store: { metadata: { a: 'b' } } }],
  config: { sha: SHA },
  launcher: { sha: SHA },
  'process-types': { sha: '' },
  runImage: { topLayer: SHA, reference: 'a@b', image: 'a', mirrors: ['m'] },
  stack: { runImage: { image: 'a' } },
});
const CACHE = JSON.stringify({
  sbom: { sha: SHA },
  buildpacks: [{ key: 'dema/nodejs', version: '0.1.0', layers: LAYERS, sboms: { node: { 'cdx.json': '{}' } } }],
});

const DESCRIPTOR =
  'api = "0.10"\n[buildpack]\nid = "dema/nodejs"\nversion = "0.1.0"\nsbom-formats = ["application/spdx+json"]\n';
const BUILDPACK: BuildpackFolder = { folder: '/nowhere', descriptor: parseBuildpackToml(DESCRIPTOR, 'buildpack.toml') };

/** Restores what an earlier build left: its label in the image, or its record in the store. */
async function restoreFrom(folder: string, kept: Pick<Kept, 'previous' | 'cache'>): Promise<void> {
  const folders = { layers: join(folder, 'layers'), overlay: join(folder, 'overlay') };
  for (const path of Object.values(folders)) mkdirSync(path);
  const store = { findTree: async () => undefined };
  const session = { folders, store, onEvent: JSON.stringify } as unknown as Session;
  await restore(session, [BUILDPACK], { ...kept, skipLayers: false });
}

fuzz('label of the lifecycle', {
  format: 'json',
  seeds: [LABEL],
  inputs: 1800,
  async run(input, folder) {
    const image = setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), {
      [LIFECYCLE_LABEL]: input.toString(),
    });
    const metadata = findLifecycleMetadata(image);
    await restoreFrom(folder, { previous: metadata && { image, metadata } });
  },
});

fuzz('record of the cache', {
  format: 'json',
  seeds: [CACHE],
  inputs: 1800,
  async run(input, folder) {
    const store = { readRecord: async () => parseJson(input.toString()) } as unknown as Session['store'];
    const image = emptyImage({ os: 'linux', architecture: 'amd64' });
    const previous = { image, metadata: JSON.parse(LABEL) };
    await restoreFrom(folder, { previous, cache: await findBuildCache(store, 'a:latest') });
  },
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

fuzz('fault of a buildpack', {
  format: 'json',
  seeds: [JSON.stringify({ code: 'A_B_C', problem: 'p', fix: 'f', blame: 'user', details: ['d'] })],
  run: (input) => parseBuildpackFault(input.toString(), 51),
});

fuzz('SBOMs beside layers', {
  seeds: ['[[bom]]\nname = "a"\n[bom.metadata]\nb = 1\n', '{"bomFormat":"CycloneDX"}'],
  inputs: 600,
  async run(input, folder) {
    for (const name of ['launch.toml', 'launch.sbom.spdx.json', 'node.sbom.spdx.json'])
      writeFileSync(join(folder, name), input);
    const layer = { launch: true, build: false, cache: true, metadata: {} };
    await readOutput(join(folder, 'launch.toml'));
    await readBuildpackSboms(folder, BUILDPACK.descriptor, new Map([['node', layer]]));
  },
});

fuzz('patterns of slices', {
  seeds: ['public/*.js', '[a-c]?/**', 'a\\*b', '[^a]'],
  tokens: ['*', '?', '[', ']', '[^', '-', '\\', '/', '..', '**/'],
  inputs: 1800,
  longest: 2000,
  run(input) {
    const paths = ['', '/a', '/a/b.js', '/public', '/public/app.js', `/${'x'.repeat(100)}`];
    const entries = paths.map((path) => ({
      path: `/workspace${path}`,
      type: 'file' as const,
      mode: 0,
      uid: 0,
      gid: 0,
      size: 0,
    }));
    return divideIntoSlices(entries, [{ paths: [input.toString()] }]);
  },
});

fuzz('user of an image', {
  seeds: ['root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:\n', '1002:1000', 'node:users'],
  tokens: [':', '\n', '0', '-1', '4294967296'],
  inputs: 600,
  async run(input, folder) {
    mkdirSync(join(folder, 'etc'));
    for (const name of ['passwd', 'group']) writeFileSync(join(folder, 'etc', name), input);
    parseEnv(input.toString().split('\n'));
    return readImageUser([folder], input.toString());
  },
});

fuzz('volumes', {
  seeds: ['./a:/b:ro', '/c:/d', '.:/e:rw'],
  tokens: [':', '/', '.', '..', 'ro', 'rw'],
  run: (input) => parseVolume(input.toString()),
});
