import { join, resolve } from 'node:path';
import { type BuilderDescriptor, parseBuilderToml } from '@dema/spec';
import { findBuilderFolder, readBuilderFile } from './builder-folder.ts';

/** What a `builder.toml` says, with its paths made absolute. */
export interface BuilderDefinition extends BuilderDescriptor {
  /** The folder that the file is in. */
  folder: string;
  /** Those of `[[buildpacks]]` that are folders or files of this machine, in their order. */
  buildpackPaths: string[];
  /** Reference of the first run image: it goes into the labels of app images. */
  runImage?: string;
}

/** Reads a built-in builder by its name, or any by the path of its folder, which begins with `.` or `/`. */
export async function readBuilder(name: string): Promise<BuilderDefinition> {
  const folder = await findBuilderFolder(name);
  const text = await readBuilderFile(folder, 'builder.toml');
  const descriptor = parseBuilderToml(text, join(folder, 'builder.toml'));
  const uris = descriptor.buildpacks.flatMap(({ uri }) => (uri && !/^[a-z]+:\/\//.test(uri) ? [uri] : []));
  const buildpackPaths = uris.map((uri) => resolve(folder, uri));
  return { ...descriptor, folder, buildpackPaths, runImage: descriptor.run.images[0]?.image };
}
