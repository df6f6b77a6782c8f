import { lstat, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { escapeId } from '@dema/spec';
import type { Digest } from '@dema/store';
import { LAYERS_DIR } from './builder.ts';
import type { LayerMetadata } from './lifecycle-metadata.ts';
import { type Mount, runInSandbox } from './sandbox.ts';
import { type Session, sandboxOf } from './session.ts';

/** `/layers/<buildpack>` of one buildpack. What it writes goes to `path`; `kept` lies below it, where it is given. */
export interface LayersFolder {
  id: string;
  path: string;
  /** Empty folder that the kernel needs for an overlay. */
  work: string;
  /** Layers that the buildpack found again, with or without their contents, and why others are not among them. */
  restored: Map<string, { sha: Digest; contents: boolean }>;
  refused: Map<string, string>;
  /** Restored layers, in the store. */
  kept?: { path: string; layers: Record<string, LayerMetadata> };
}

/** Where the contents of a layer are after the build. */
export interface LayerContents {
  path: string;
  /** Of a restored layer that the buildpack left as it was. */
  keptSha?: Digest;
}

/** How the folder is seen in the sandbox: by its own buildpack to be written to, by all others to be read. */
export function layersMount({ id, path, work, kept }: LayersFolder, writable: boolean): Mount {
  const target = `${LAYERS_DIR}/${escapeId(id)}`;
  if (kept === undefined) return { source: path, target, writable };
  return writable ? { lower: [kept.path], upper: path, work, target } : { lower: [kept.path, path], target };
}

/** The contents of one layer; undefined when the buildpack left none, or removed what was restored. */
export async function findLayerContents(
  session: Session,
  folder: LayersFolder,
  name: string,
): Promise<LayerContents | undefined> {
  const { path, kept } = folder;
  const keptLayer = kept?.layers[name];
  const found = await lstat(join(path, name)).catch(() => undefined);
  if (found?.isDirectory()) {
    return { path: keptLayer === undefined ? join(path, name) : await mergeLayer(session, folder, name) };
  }
  if (found !== undefined || kept === undefined || keptLayer === undefined) return undefined;
  return { path: join(kept.path, name), keptSha: keptLayer.sha };
}

/** A restored layer that the buildpack changed stands in two places, with marks for what was removed: the kernel puts them together. */
async function mergeLayer(session: Session, folder: LayersFolder, name: string): Promise<string> {
  const merged = join(session.folders.overlay, 'merged', basename(folder.path), name);
  await mkdir(merged, { recursive: true });
  const { code, stderr } = await runInSandbox({
    ...sandboxOf(session),
    mounts: [
      { source: session.folders.layers, target: LAYERS_DIR },
      layersMount(folder, false),
      { source: merged, target: '/tmp', writable: true },
    ],
    command: ['/bin/cp', '-a', `${LAYERS_DIR}/${escapeId(folder.id)}/${name}/.`, '/tmp'],
    env: { PATH: '/usr/bin:/bin' },
  });
  if (code !== 0) throw new Error(`the layer ${name} could not be read: ${stderr}`);
  return merged;
}
