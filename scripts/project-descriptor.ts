import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findSystemReason } from '@dema/errors';
import { type ProjectDescriptor, parseProjectToml } from '@dema/spec';
import { descriptorMissing, descriptorUnreadable } from './faults.ts';

export interface LocatedDescriptor extends ProjectDescriptor {
  /** Folder of the file: addresses of buildpacks are relative to it. */
  folder: string;
}

const EMPTY: ProjectDescriptor = { group: [], pre: [], post: [], env: [] };

/**
 * What an app says of its own build: in `file`, or in the `project.toml` of its folder, which may be absent.
 * Faults CLI_ARGUMENTS_INVALID, CLI_DESCRIPTOR_UNREADABLE.
 */
export async function readProjectDescriptor(app: string, file: string | undefined): Promise<LocatedDescriptor> {
  const path = file === undefined ? join(app, 'project.toml') : resolve(file);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') {
      const reason = findSystemReason(error);
      throw reason === undefined ? error : descriptorUnreadable(path, reason);
    }
    if (file !== undefined) throw descriptorMissing(path);
    return undefined;
  });
  const descriptor = text === undefined ? EMPTY : parseProjectToml(text, path);
  return { ...descriptor, folder: dirname(path) };
}
