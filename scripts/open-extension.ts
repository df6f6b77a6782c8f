import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildpackFolder } from '@dema/engine';
import { type BuildpackDescriptor, parseExtensionToml } from '@dema/spec';
import { buildpackFolderIncomplete } from './faults.ts';
import { readNamedFile } from './readable-file.ts';

const DESCRIPTOR = 'extension.toml';

/** The image extension of a folder, in the words of a buildpack; only other platforms run it. Faults CLI_BUILDPACK_INCOMPLETE, CLI_FILE_UNREADABLE. */
export async function openExtension(folder: string): Promise<BuildpackFolder> {
  const file = join(folder, DESCRIPTOR);
  if (!existsSync(file)) throw buildpackFolderIncomplete(folder, DESCRIPTOR);
  return { folder, descriptor: describeExtension(await readNamedFile(file), file) };
}

/** `extension.toml` in the words of a buildpack. */
export function describeExtension(text: string, file: string): BuildpackDescriptor {
  const { extension, ...descriptor } = parseExtensionToml(text, file);
  return { ...descriptor, buildpack: { ...extension, sbomFormats: [] }, stacks: [] };
}
