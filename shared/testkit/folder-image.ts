import { appendLayers, createLayer, emptyImage, type Image, type Platform } from '@dema/oci';
import type { Store } from '@dema/store';

/** An image with a layer for each name, in which there is an empty folder of that name; its history names them. */
export async function makeFolderImage(
  store: Store,
  names: string[],
  platform: Platform = { os: 'linux', architecture: 'amd64' },
): Promise<Image> {
  const layers = names.map((name) => {
    const folder = { path: `/${name}`, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 } as const;
    return createLayer(store, [folder], { createdBy: name });
  });
  return appendLayers(emptyImage(platform), await Promise.all(layers));
}
