import { lstat, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeId } from '@dema/spec';
import { LAYERS_DIR } from './builder.ts';
import type { BuiltLayer } from './built-buildpack.ts';
import { copyFolder } from './copy-folder.ts';
import { buildpackFileInvalid } from './faults.ts';
import { readOutput } from './read-output.ts';

/** A folder of a layer that stands in the app's folder too, in the image and for later buildpacks. */
export interface PlacedFolder {
  /** Absolute path on this machine. */
  source: string;
  /** Relative to the app's folder. During the build of its own buildpack a link to the layer stands there. */
  target: string;
}

interface PlacedIn {
  /** The app's folder on this machine. */
  app: string;
  /** Of the buildpack. */
  id: string;
  /** Its layers. */
  layers: Map<string, Pick<BuiltLayer, 'contents'>>;
}

/**
 * What one of our own buildpacks wrote to the file that DEMA_PLACED_FILE names, as lines of JSON: `source`, below its
 * layers folder, and `target`. The file could have been written by whatever ran in the build, so both are only taken
 * when no link on the way leads elsewhere. Fault: ENGINE_BUILDPACK_OUTPUT_INVALID.
 */
export async function readPlacedFolders(file: string, { app, id, layers }: PlacedIn): Promise<PlacedFolder[]> {
  const placed: PlacedFolder[] = [];
  for (const line of ((await readOutput(file)) ?? '').split('\n').filter(Boolean)) {
    const { source, target } = parseLine(line) ?? {};
    const [layer = '', ...inLayer] = source ?? [];
    const contents = layers.get(layer)?.contents?.path;
    const isSound =
      target !== undefined &&
      contents !== undefined &&
      (await isFolderBelow(contents, inLayer)) &&
      (await isFolderBelow(app, target.slice(0, -1))) &&
      (await isLinkTo(join(app, ...target), join(LAYERS_DIR, escapeId(id), layer, ...inLayer)));
    if (!isSound) throw buildpackFileInvalid(id, `it placed a folder that is none in the app: ${line}`);
    placed.push({ source: join(contents, ...inLayer), target: target.join('/') });
  }
  return placed;
}

/** Copies, for a buildpack that may want to change what it finds. */
export async function copyPlacedFolders(app: string, placed: PlacedFolder[]): Promise<void> {
  for (const { source, target } of placed) {
    await rm(join(app, target));
    await copyFolder(source, join(app, target));
  }
}

function parseLine(line: string): { source: string[]; target: string[] } | undefined {
  try {
    const { source, target } = JSON.parse(line);
    return { source: partsOf(source), target: partsOf(target) };
  } catch {
    return undefined;
  }
}

function partsOf(path: string): string[] {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))) throw new Error(path);
  return parts;
}

async function isFolderBelow(root: string, parts: string[]): Promise<boolean> {
  for (let length = 0; length <= parts.length; length++) {
    const found = await lstat(join(root, ...parts.slice(0, length))).catch(() => undefined);
    if (!found?.isDirectory()) return false;
  }
  return true;
}

async function isLinkTo(path: string, target: string): Promise<boolean> {
  return (await readlink(path).catch(() => undefined)) === target;
}
