import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuilderDescriptor, parseBuilderToml } from '@dema/spec';
import { findBuilderFolder } from './builder-folder.ts';

/** What a `builder.toml` says, with its paths made absolute. */
export interface BuilderDefinition extends BuilderDescriptor {
  /** The folder that the file is in. */
  folder: string;
  /** Those of `[[buildpacks]]` that are folders or files of this machine, in their order. */
  buildpackPaths: string[];
  /** Reference of the first run image: it goes into the labels of app images. */
  runImage?: string;
}

/** Reads a built-in builder by its name, or one by the path of its folder, which begins with `.` or `/`. */
export async function readBuilder(nameOrPath: string): Promise<BuilderDefinition> {
  const folder = /^[./]/.test(nameOrPath) ? resolve(nameOrPath) : await findBuilderFolder(nameOrPath);
  const file = join(folder, 'builder.toml');
  const descriptor = parseBuilderToml(await readFile(file, 'utf8'), file);
  const uris = descriptor.buildpacks.flatMap(({ uri }) => (uri && !/^[a-z]+:\/\//.test(uri) ? [uri] : []));
  const buildpackPaths = uris.map((uri) => resolve(folder, uri));
  return { ...descriptor, folder, buildpackPaths, runImage: descriptor.run.images[0]?.image };
}
