import { lstat, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeId } from '@dema/spec';
import { LAYERS_DIR } from './builder.ts';
import type { BuiltBuildpack } from './built-buildpack.ts';
import { copyFolder } from './copy-folder.ts';
import { buildpackFileInvalid } from './faults.ts';
import { readOutput } from './read-output.ts';
import type { Session } from './session.ts';

/** A folder of a layer that stands in the app's folder too, in the image and for later buildpacks. */
export interface PlacedFolder {
  /** Absolute path on this machine. */
  source: string;
  /** Relative to the app's folder. During the build of its own buildpack a link to the layer stands there. */
  target: string;
}

/**
 * What one of our own buildpacks wrote to the file that DEMA_PLACED_FILE names, as lines of JSON: `source`, below its
 * layers folder, and `target`. The file could have been written by whatever ran in the build, so both are only taken
 * when no link on the way leads elsewhere. Fault: ENGINE_BUILDPACK_OUTPUT_INVALID.
 */
export async function readPlacedFolders(
  session: Session,
  { descriptor: { buildpack }, layers }: BuiltBuildpack,
  file: string,
): Promise<PlacedFolder[]> {
  const placed: PlacedFolder[] = [];
  for (const line of ((await readOutput(file)) ?? '').split('\n').filter(Boolean)) {
    const { source, target } = parseLine(line) ?? {};
    const [layer = '', ...inLayer] = source ?? [];
    const contents = layers.get(layer)?.contents?.path;
    const isSound =
      target !== undefined &&
      contents !== undefined &&
      (await isFolderBelow(contents, inLayer)) &&
      (await isFolderBelow(session.folders.app, target.slice(0, -1))) &&
      (await isLinkTo(
        join(session.folders.app, ...target),
        join(LAYERS_DIR, escapeId(buildpack.id), layer, ...inLayer),
      ));
    if (!isSound) throw buildpackFileInvalid(buildpack.id, `it placed a folder that is none in the app: ${line}`);
    placed.push({ source: join(contents, ...inLayer), target: target.join('/') });
  }
  return placed;
}

/** Copies, for a buildpack that may want to change what it finds. */
export async function copyPlacedFolders({ folders }: Session, placed: PlacedFolder[]): Promise<void> {
  for (const { source, target } of placed) {
    await rm(join(folders.app, target));
    await copyFolder(source, join(folders.app, target));
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
