import { posix } from 'node:path';
import { readTar } from '@dema/archive';
import type { Layer } from '@dema/oci';
import type { Store } from '@dema/store';

/** What the archive of a layer says that its unpacked tree, which belongs to whoever runs `dema`, does not. Paths are absolute. */
export interface LayerFacts {
  folders: FolderRights[];
  /** Whether it hides something of the layers below. */
  hasWhiteouts: boolean;
  /** Folders that it has members in, but not themselves. */
  impliedFolders: string[];
}

export interface FolderRights {
  path: string;
  mode: number;
  uid: number;
  gid: number;
}

const KIND = 'layer-facts';

/** Read once, and kept. */
export async function readLayerFacts(store: Store, layer: Layer): Promise<LayerFacts> {
  const known = (await store.readRecord(KIND, layer.diffId)) as LayerFacts | undefined;
  if (known !== undefined) return known;
  const found: LayerFacts = { folders: [], hasWhiteouts: false, impliedFolders: [] };
  const own = new Set<string>(['/']);
  const above = new Set<string>();
  for await (const { type, path, mode, uid, gid } of readTar(layer.read())) {
    const place = posix.resolve('/', path);
    if (type === 'directory') found.folders.push({ path: place, mode, uid, gid });
    if (type === 'directory') own.add(place);
    above.add(posix.dirname(place));
    found.hasWhiteouts ||= posix.basename(place).startsWith('.wh.');
  }
  for (const folder of [...above])
    for (let path = folder; path !== '/'; path = posix.dirname(path))
      if (!own.has(path)) found.impliedFolders.push(path);
  found.impliedFolders = [...new Set(found.impliedFolders)].sort();
  await store.writeRecord(KIND, layer.diffId, found);
  return found;
}
