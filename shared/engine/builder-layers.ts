import type { TarEntry } from '@dema/archive';
import { createLayer, type Layer } from '@dema/oci';
import {
  type EnvFile,
  type OrderDescriptor,
  type RunImageReference,
  renderOrderToml,
  renderRunToml,
  renderStackToml,
  renderSystemToml,
  type SystemBuildpacks,
} from '@dema/spec';
import type { Store } from '@dema/store';
import { APP_DIR, BUILDPACKS_DIR, EXTENSIONS_DIR, LAYERS_DIR, PLATFORM_DIR } from './builder.ts';

const BUILD_CONFIG_DIR = '/cnb/build-config';
const ROOT = { uid: 0, gid: 0 };

/** What a builder holds beside its modules and the lifecycle. */
export interface BuilderFiles {
  order: OrderDescriptor;
  system: SystemBuildpacks;
  runImages: RunImageReference[];
  /** Files of `/cnb/build-config/env`. */
  buildConfig: EnvFile[];
}

/** The folders that every builder has; a user builds in the first two. */
export function createFoldersLayer(store: Store, user: { uid: number; gid: number }): Promise<Layer> {
  const own = [APP_DIR, LAYERS_DIR].map((path) => folder(path, user));
  const roots = ['/cnb', BUILDPACKS_DIR, EXTENSIONS_DIR, PLATFORM_DIR, `${PLATFORM_DIR}/env`];
  const entries = [...roots, BUILD_CONFIG_DIR, `${BUILD_CONFIG_DIR}/env`].map((path) => folder(path, ROOT));
  return createLayer(store, [...own, ...entries], { createdBy: 'Builder: folders' });
}

/** A layer for each file, as pack has them, so that a change of one leaves the others. The last, empty one is for variables of a single build. */
export async function createFileLayers(store: Store, files: BuilderFiles): Promise<Layer[]> {
  const { order, system, runImages, buildConfig } = files;
  const [runImage] = runImages;
  const hasSystem = system.pre.length > 0 || system.post.length > 0;
  const texts: [string, string | undefined][] = [
    ['order.toml', renderOrderToml(order)],
    ['system.toml', hasSystem ? renderSystemToml(system) : undefined],
    ['stack.toml', runImage && renderStackToml(runImage)],
    ['run.toml', runImage && renderRunToml(runImages)],
  ];
  const named = texts.flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
  const env = buildConfig
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => file(`${BUILD_CONFIG_DIR}/env/${name}`, value));
  const layers: [string, TarEntry[]][] = [
    ...named.map(({ name, text }): [string, TarEntry[]] => [name, [file(`/cnb/${name}`, text)]]),
    ...(env.length > 0 ? [['variables of every build', env] as [string, TarEntry[]]] : []),
    ['variables of one build', []],
  ];
  return Promise.all(layers.map(([what, entries]) => createLayer(store, entries, { createdBy: `Builder: ${what}` })));
}

function folder(path: string, owner: { uid: number; gid: number }): TarEntry {
  return { path, type: 'directory', mode: 0o755, ...owner, size: 0 };
}

function file(path: string, text: string): TarEntry {
  const content = Buffer.from(text);
  return { path, type: 'file', mode: 0o644, ...ROOT, size: content.length, body: () => [content] };
}
