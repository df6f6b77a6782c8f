import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebianArchitecture } from '@dema/debian';
import { type BuildpackFolder, createModuleLayer, RUNTIME_ID } from '@dema/engine';
import { findLayer, type Layer } from '@dema/oci';
import { parseBuildpackToml, renderToml } from '@dema/spec';
import { type Digest, digestOf, isDigest, type Store } from '@dema/store';
import { offlineIncomplete } from './faults.ts';
import { type MakeBuilderOptions, openHelperRuntime } from './make-builder.ts';
import { type NodePackage, readNodePackages } from './node-packages.ts';
import { openTogether } from './open-together.ts';
import { hasNode, placeNode } from './place-node.ts';
import type { Workplace } from './workplace.ts';

/** Another number whenever the folder or the layer of it is made in another way. */
const FORM = 2;
const LAYERS = 'runtime-layers';

/**
 * What our buildpacks run on, as a buildpack that stands beside them in a builder and takes part in no build: a builder has it
 * once, however many packages bring it along. For any architecture on any machine, and the same on each: nothing of it is run.
 * Faults: those of `placeNode` and of Debian's mirror; CLI_OFFLINE_INCOMPLETE.
 */
export async function openRuntimeBuildpack(
  workplace: Workplace,
  architecture: DebianArchitecture,
  options: MakeBuilderOptions,
): Promise<BuildpackFolder> {
  const packages = await readNodePackages();
  const node = packages[architecture];
  const { downloads } = workplace;
  const checkNode = async () => {
    if (options.offline && !(await hasNode(node, downloads))) throw offlineIncomplete([`${node.name} ${node.version}`]);
  };
  const making = openHelperRuntime(workplace, { ...options, architecture });
  // Of a folder that was made before nothing is needed; whether it was is known once the rest is there.
  const [launch] = await openTogether([making, making.catch(checkNode)]);
  const onEvent = options.preparation?.onDownload;
  const place = async (dir: string) => {
    await checkNode();
    await placeNode(node, dir, { ...options, downloads, onEvent });
  };
  return makeRuntimeBuildpack(workplace.store, { node, place, launch, architecture });
}

export interface RuntimeParts {
  node: NodePackage;
  /** Puts `bin/node` and its terms into a folder. */
  place: (dir: string) => Promise<void>;
  /** What launch helpers run on, as a folder of the store. */
  launch: string;
  architecture: DebianArchitecture;
}

export async function makeRuntimeBuildpack(store: Store, parts: RuntimeParts): Promise<BuildpackFolder> {
  const { node, launch, architecture } = parts;
  const descriptor = renderToml({
    api: '0.10',
    buildpack: {
      id: RUNTIME_ID,
      version: node.version,
      name: 'Dema runtime',
      description: 'Node.js, which the buildpacks of Dema run on',
    },
    targets: [{ os: 'linux', arch: architecture }],
    stacks: [{ id: '*' }],
  });
  const key = digestOf(JSON.stringify([FORM, descriptor, node.checksum, launch])).replace(':', '-');
  const known = await store.findTree(`runtime-${key}`);
  const folder = known ?? (await store.putTree(`runtime-${key}`, (dir) => fill(dir, descriptor, parts)));
  const buildpack = { folder, descriptor: parseBuildpackToml(descriptor, join(folder, 'buildpack.toml')) };
  return { ...buildpack, layer: await makeLayerOnce(store, key, buildpack) };
}

/** Node.js is more than all else that goes into a builder: it is read once. */
async function makeLayerOnce(store: Store, key: string, buildpack: BuildpackFolder): Promise<Layer> {
  const known = await store.readRecord(LAYERS, key);
  const found = isDigest(known) ? await findLayer(store, known) : undefined;
  if (found) return found;
  const layer = await createModuleLayer(store, buildpack);
  await store.writeRecord(LAYERS, key, layer.diffId satisfies Digest);
  return layer;
}

async function fill(dir: string, descriptor: string, { place, launch }: RuntimeParts): Promise<void> {
  await mkdir(join(dir, 'bin'));
  await place(dir);
  await cp(launch, join(dir, 'launch'), { recursive: true });
  await writeFile(join(dir, 'buildpack.toml'), descriptor);
  const programs = { detect: '#!/bin/sh\nexit 100\n', build: '#!/bin/sh\nexit 0\n' };
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(dir, 'bin', name), text);
    await chmod(join(dir, 'bin', name), 0o755);
  }
}
