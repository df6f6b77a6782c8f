import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { makeBuildImage, makeRunImage } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import { appendLayers, createLayer, folderEntries, type Image, setConfig, setLabels } from '@dema/oci';
import { type BuilderLabels, escapeId, parseBuilderLabels, parseToml, renderBuilderLabels } from '@dema/spec';
import { openStore, type Store } from '@dema/store';
import { TEST_CACHE } from './dema.ts';

export interface BuilderParts {
  /** Folders of buildpacks, each the only one of its group. */
  buildpacks: string[];
  /** Other files, by their paths: an executable where the text is a script. */
  files?: Record<string, string>;
  labels?: Partial<BuilderLabels>;
}

/** Build and run image of the builder `base`, as the tests' cache has them. */
export async function openBaseImages(): Promise<{ store: Store; build: Image; run: Image }> {
  const [store, downloads] = [await openStore(TEST_CACHE), await openStore(join(TEST_CACHE, 'downloads'))];
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    const architecture: 'amd64' | 'arm64' = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const base = { store, archive, name: 'base', architecture };
    return { store, build: await makeBuildImage(base), run: await makeRunImage(base) };
  } finally {
    await archive.close();
  }
}

/** A builder image as another tool might make it: a layer for each buildpack, the order as a file, one layer with a whiteout. */
export async function composeBuilder(store: Store, build: Image, parts: BuilderParts): Promise<Image> {
  const modules = await Promise.all(parts.buildpacks.map(readModule));
  const groups = modules.map(({ id, version }) => `[[order]]\n[[order.group]]\nid = "${id}"\nversion = "${version}"\n`);
  const files = { '/cnb/order.toml': groups.join('\n'), '/etc/removed': 'old', ...parts.files };
  const layers = [
    await createLayer(store, Object.entries(files).map(fileEntry)),
    ...(await Promise.all(modules.map(({ folder, prefix }) => createLayer(store, moduleEntries(folder, prefix))))),
    await createLayer(store, [fileEntry(['/etc/.wh.removed', ''])]),
  ];
  const image = setConfig(appendLayers(build, layers), { WorkingDir: '/layers' });
  return setLabels(image, renderBuilderLabels({ ...NO_LABELS, ...parts.labels }));
}

const NO_LABELS: BuilderLabels = {
  ...parseBuilderLabels({ labels: {}, image: 'none' }),
  createdBy: { name: 'a test', version: '' },
};

async function readModule(folder: string) {
  const file = join(folder, 'buildpack.toml');
  const { buildpack } = parseToml(await readFile(file, 'utf8'), file);
  const { id, version } = buildpack as { id: string; version: string };
  return { id, version, folder, prefix: `/cnb/buildpacks/${escapeId(id)}/${version}` };
}

function moduleEntries(folder: string, prefix: string): AsyncIterable<TarEntry> {
  return folderEntries(folder, { prefix, uid: 0, gid: 0 });
}

function fileEntry([path, text]: [string, string]): TarEntry {
  const body = () => [Buffer.from(text)];
  const mode = text.startsWith('#!') ? 0o755 : 0o644;
  return { path, type: 'file', mode, uid: 0, gid: 0, size: Buffer.byteLength(text), body };
}
