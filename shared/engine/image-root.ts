import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Image, makeImageTree } from '@dema/oci';
import type { Store } from '@dema/store';
import { type ImageUser, readImageUser } from './image-user.ts';
import { type LayerFacts, readLayerFacts } from './layer-facts.ts';
import { findWritableFolders } from './writable-folders.ts';

/** The file system that an image runs in. */
export interface ImageRoot {
  /** Folders one above the other, the last topmost. */
  trees: string[];
  user: ImageUser;
  /** What its user may write to, each folder with everything below it; root everything. */
  writable: 'all' | string[];
}

/** More than that the kernel does not take in one mount, with paths as long as those of a store. */
const MOST_LAYERS = 24;

/**
 * Each layer stands alone in the store, so that images share those that they have in common. What a container makes of them is
 * put together once where that is something else: where a layer hides what is below, or writes through a link.
 */
export async function openImageRoot(store: Store, { layers, config }: Image): Promise<ImageRoot> {
  const facts = await Promise.all(layers.map((layer) => readLayerFacts(store, layer)));
  const isPlain = layers.length <= MOST_LAYERS && !facts.some(({ hasWhiteouts }) => hasWhiteouts);
  const trees = isPlain ? await Promise.all(layers.map((layer) => layer.tree())) : [];
  const isStacked = isPlain && !(await writesThroughLink(trees, facts));
  const root = isStacked ? trees : [await makeImageTree(store, layers)];
  const user = await readImageUser(root, config.config?.User);
  const folders = facts.map((one) => one.folders);
  return { trees: root, user, writable: user.uid === 0 ? 'all' : findWritableFolders(folders, user) };
}

/** Whether a layer has members in a folder that is a link in a layer below it. */
async function writesThroughLink(trees: string[], facts: LayerFacts[]): Promise<boolean> {
  for (const [index, { impliedFolders }] of facts.entries()) {
    for (const folder of impliedFolders) {
      for (const tree of trees.slice(0, index)) {
        const found = await lstat(join(tree, folder)).catch(() => undefined);
        if (found?.isSymbolicLink()) return true;
      }
    }
  }
  return false;
}
