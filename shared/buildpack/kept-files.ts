import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { keptFileMissing, keptNameTaken } from './faults.ts';
import type { Layers } from './layers.ts';

/** The layer that files of build layers go to when the image needs them. */
const LAYER = 'kept';

interface KeptFile {
  source: string;
  /** In the layer. */
  name: string;
  digest: string;
}

export interface KeptFiles {
  /** Copies a file or a whole folder into the image; gives its path there. Programs are on PATH. */
  keep(path: string): Promise<string>;
  /** Makes the layer, once the build is through. */
  write(layers: Layers): Promise<void>;
}

export function createKeptFiles(layersDir: string): KeptFiles {
  const files = new Map<string, KeptFile>();
  return {
    async keep(source) {
      const found = await lstat(source).catch(() => undefined);
      if (!found) throw keptFileMissing(source);
      const isProgram = found.isFile() && (found.mode & 0o111) !== 0;
      const name = isProgram ? join('bin', basename(source)) : basename(source);
      const other = files.get(name);
      if (other && other.source !== source) throw keptNameTaken(name, [other.source, source]);
      files.set(name, { source, name, digest: await digestTree(source) });
      return join(layersDir, LAYER, name);
    },
    async write(layers) {
      if (files.size === 0) return;
      const key = Object.fromEntries([...files.values()].map(({ name, digest }) => [name, digest]));
      await layers.layer(LAYER, { launch: true, key }, async (folder) => {
        for (const { source, name } of files.values()) await folder.copyFrom(source, name);
      });
    },
  };
}

/** Over contents, names, links and whether files may be executed. */
async function digestTree(path: string): Promise<string> {
  const hash = createHash('sha256');
  async function add(place: string, name: string): Promise<void> {
    const found = await lstat(place);
    if (found.isSymbolicLink()) hash.update(JSON.stringify([name, 'link', await readlink(place)]));
    else if (found.isDirectory()) {
      hash.update(JSON.stringify([name, 'folder']));
      for (const entry of (await readdir(place)).sort()) await add(join(place, entry), join(name, entry));
    } else {
      hash.update(JSON.stringify([name, 'file', found.mode & 0o111, found.size]));
      hash.update(await readFile(place));
    }
  }
  await add(path, '');
  return hash.digest('hex');
}
