import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildpackFolder } from '@dema/engine';
import { type BuildpackDescriptor, parseExtensionToml } from '@dema/spec';
import { buildpackFolderIncomplete } from './faults.ts';

const DESCRIPTOR = 'extension.toml';

/** The image extension of a folder, in the words of a buildpack; only other platforms run it. Fault CLI_BUILDPACK_INCOMPLETE. */
export async function openExtension(folder: string): Promise<BuildpackFolder> {
  const file = join(folder, DESCRIPTOR);
  if (!existsSync(file)) throw buildpackFolderIncomplete(folder, DESCRIPTOR);
  return { folder, descriptor: describeExtension(await readFile(file, 'utf8'), file) };
}

/** `extension.toml` in the words of a buildpack. */
export function describeExtension(text: string, file: string): BuildpackDescriptor {
  const { extension, ...descriptor } = parseExtensionToml(text, file);
  return { ...descriptor, buildpack: { ...extension, sbomFormats: [] }, stacks: [] };
}
