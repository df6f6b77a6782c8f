import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Component } from '@dema/sbom';
import { SBOM_TYPES } from '@dema/spec';
import type { Folder } from './folder.ts';
import type { FolderView } from './folder-view.ts';

export interface SbomsOptions {
  /** CNB_LAYERS_DIR. */
  folder: string;
  /** Id of the buildpack. */
  buildpack: string;
  /** Without it nothing is written, and what an earlier build wrote goes away. */
  enabled: boolean;
}

/** What is in the layers and in the app, and the documents that say it: `<layer>.sbom.*`, `launch.sbom.*`. */
export interface Sboms {
  enabled: boolean;
  /** These went into a folder, which is a layer or lies in one; elsewhere they are of no interest. */
  add(folder: string, components: Component[]): void;
  /** Forgets what is known of a layer. */
  clear(layer: string): Promise<void>;
  /** Writes the documents of a layer. False when there is nothing to say of it. */
  write(layer: string): Promise<boolean>;
  /** Whether all documents of a layer are there, from this build or an earlier one. */
  areWritten(layer: string): Promise<boolean>;
  /** What the app's folder holds in the image; without components, what `keptIn` keeps of an earlier build. */
  writeLaunch(components: Component[], keptIn?: Folder): Promise<void>;
}

/** Where a layer keeps the SBOM of the app. */
function keptFiles(layer: FolderView): string[] {
  return SBOM_TYPES.map(({ extension }) => layer.file('sbom', extension));
}

/** Whether the layer keeps the SBOM of the app. */
export async function hasKeptSbom(layer: FolderView): Promise<boolean> {
  const found = SBOM_TYPES.map(({ extension }) => layer.has(join('sbom', extension)));
  return (await Promise.all(found)).every(Boolean);
}

async function copyAll(from: string[], to: string[]): Promise<void> {
  for (const [index, file] of to.entries()) {
    const source = from[index];
    if (source === undefined) return;
    await mkdir(dirname(file), { recursive: true });
    await copyFile(source, file);
  }
}

export function createSboms({ folder, buildpack, enabled }: SbomsOptions): Sboms {
  const contents = new Map<string, Component[]>();

  async function writeDocuments(name: string, subject: string, components: Component[]): Promise<void> {
    const { SBOM_FORMATS } = await import('@dema/sbom');
    for (const { extension, render } of SBOM_FORMATS) {
      const text = render(components, { subject: { type: 'layer', name: subject } });
      await writeFile(join(folder, `${name}.sbom.${extension}`), text);
    }
  }

  function filesOf(layer: string): string[] {
    return SBOM_TYPES.map(({ extension }) => join(folder, `${layer}.sbom.${extension}`));
  }

  return {
    enabled,
    add(path, components) {
      const [layer = ''] = relative(folder, path).split(sep);
      if (layer !== '' && layer !== '..') contents.set(layer, [...(contents.get(layer) ?? []), ...components]);
    },
    async clear(layer) {
      contents.delete(layer);
      for (const file of filesOf(layer)) await rm(file, { force: true });
    },
    async write(layer) {
      const components = contents.get(layer) ?? [];
      if (components.length === 0) return false;
      if (enabled) await writeDocuments(layer, `${buildpack}:${layer}`, components);
      return true;
    },
    async areWritten(layer) {
      const found = filesOf(layer).map((file) => stat(file).catch(() => undefined));
      return (await Promise.all(found)).every((one) => one !== undefined);
    },
    async writeLaunch(components, keptIn) {
      if (!enabled) return;
      const kept = keptIn ? keptFiles(keptIn) : [];
      if (components.length === 0) return copyAll(kept, filesOf('launch'));
      await writeDocuments('launch', buildpack, components);
      await keptIn?.remove('sbom');
      await copyAll(filesOf('launch'), kept);
    },
  };
}
