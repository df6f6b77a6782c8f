import { basename, dirname, resolve } from 'node:path';
import { type BuilderDescriptor, parseBuilderToml } from '@dema/spec';
import { definitionPath, findBuilderFolder, readBuilderFile } from './builder-folder.ts';

/** What a `builder.toml` says, with its paths made absolute. */
export interface BuilderDefinition extends BuilderDescriptor {
  file: string;
  /** The folder that the file is in. */
  folder: string;
  /** Those of `[[buildpacks]]` that are folders or files of this machine, in their order. */
  buildpackPaths: string[];
  /** Reference of the first run image: it goes into the labels of app images. */
  runImage?: string;
}

/**
 * Reads a built-in builder by its name, or any by the path of its folder, which begins with `.` or `/`, or of its file, which ends
 * with `.toml`. Faults: BUILDER_NAME_UNKNOWN, BUILDER_FILE_MISSING, SPEC_TOML_INVALID, SPEC_VALUE_INVALID.
 */
export async function readBuilder(name: string): Promise<BuilderDefinition> {
  const file = definitionPath(name, await findBuilderFolder(name));
  const folder = dirname(file);
  const descriptor = parseBuilderToml(await readBuilderFile(folder, basename(file)), file);
  const uris = descriptor.buildpacks.flatMap(({ uri }) => (uri && !/^[a-z]+:\/\//.test(uri) ? [uri] : []));
  const buildpackPaths = uris.map((uri) => resolve(folder, uri));
  return { ...descriptor, file, folder, buildpackPaths, runImage: descriptor.run.images[0]?.image };
}
