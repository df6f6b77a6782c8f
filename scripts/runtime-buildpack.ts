import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildpackFolder, RUNTIME_ID } from '@dema/engine';
import { parseBuildpackToml, renderToml } from '@dema/spec';
import { digestOf, type Store } from '@dema/store';

/** Another number whenever the folder is made in another way. */
const FORM = 1;

export interface RuntimeFiles {
  /** The program, and its version. */
  node: string;
  version: string;
  /** What launch helpers run on, as a folder. */
  launch: string;
  /** Go's name of it. */
  architecture: string;
}

/**
 * What our buildpacks run on, as a buildpack that stands beside them in a builder and takes part in no build: a builder has it
 * once, however many packages bring it along.
 */
export async function makeRuntimeBuildpack(store: Store, files: RuntimeFiles): Promise<BuildpackFolder> {
  const { node, version, launch, architecture } = files;
  const descriptor = renderToml({
    api: '0.10',
    buildpack: {
      id: RUNTIME_ID,
      version,
      name: 'Dema runtime',
      description: 'Node.js, which the buildpacks of Dema run on',
    },
    targets: [{ os: 'linux', arch: architecture }],
    stacks: [{ id: '*' }],
  });
  const key = digestOf(JSON.stringify([FORM, descriptor, node, launch])).replace(':', '-');
  const known = await store.findTree(`runtime-${key}`);
  const folder = known ?? (await store.putTree(`runtime-${key}`, (dir) => fill(dir, descriptor, files)));
  return { folder, descriptor: parseBuildpackToml(descriptor, join(folder, 'buildpack.toml')) };
}

async function fill(dir: string, descriptor: string, { node, launch }: RuntimeFiles): Promise<void> {
  await mkdir(join(dir, 'bin'));
  await cp(node, join(dir, 'bin/node'));
  const terms = join(dirname(node), '../LICENSE');
  if (existsSync(terms)) await cp(terms, join(dir, 'LICENSE'));
  await cp(launch, join(dir, 'launch'), { recursive: true });
  await writeFile(join(dir, 'buildpack.toml'), descriptor);
  const programs = { detect: '#!/bin/sh\nexit 100\n', build: '#!/bin/sh\nexit 0\n' };
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(dir, 'bin', name), text);
    await chmod(join(dir, 'bin', name), 0o755);
  }
}
