import { appendFile, mkdir, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { openFolder } from './folder.ts';
import type { Launch } from './launch.ts';

export interface PlaceOptions {
  /** The app's folder. */
  app: string;
  /** CNB_LAYERS_DIR. */
  layersDir: string;
  /** DEMA_PLACED_FILE, which platforms give that can put the folder of a layer into the app's layers; others need a copy. */
  file?: string;
}

export function createPlace({ app, layersDir, file }: PlaceOptions): Launch['place'] {
  return async (source, target) => {
    if (file === undefined) return openFolder(app).copyFrom(source, target);
    const path = join(app, target);
    await mkdir(dirname(path), { recursive: true });
    await symlink(source, path);
    await appendFile(file, `${JSON.stringify({ source: relative(layersDir, source), target: relative(app, path) })}\n`);
  };
}
