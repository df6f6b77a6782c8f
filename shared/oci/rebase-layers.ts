import { MEDIA_TYPES } from './descriptor.ts';
import type { Image } from './image.ts';
import type { HistoryEntry } from './image-config.ts';
import type { Layer } from './layer.ts';

/**
 * The image with its lowest `count` layers, and what its history says of them, replaced by those of another image.
 * Configuration but the platform stays, as does the kind of the manifest: OCI's or Docker's.
 */
export function rebaseLayers({ annotations: _, ...image }: Image, count: number, base: Image): Image {
  const { architecture, os, variant } = base.config;
  const osVersion = base.config['os.version'];
  const diffIds = [...base.config.rootfs.diff_ids, ...image.config.rootfs.diff_ids.slice(count)];
  const history = [...(base.config.history ?? []), ...historyAbove(image.config.history ?? [], count)];
  const { variant: _variant, 'os.version': _osVersion, ...config } = image.config;
  return {
    ...image,
    layers: [...base.layers.map((layer) => asLayerOf(image.format, layer)), ...image.layers.slice(count)],
    config: {
      ...config,
      architecture,
      os,
      ...(variant && { variant }),
      ...(osVersion && { 'os.version': osVersion }),
      rootfs: { type: 'layers', diff_ids: diffIds },
      history,
    },
  };
}

/** Entries from the one of the first layer that stays; entries without a layer before it belong to what is replaced. */
function historyAbove(history: readonly HistoryEntry[], count: number): HistoryEntry[] {
  let layers = 0;
  for (const [index, { empty_layer: isEmpty }] of history.entries()) {
    if (isEmpty) continue;
    if (layers === count) return history.slice(index);
    layers += 1;
  }
  return [];
}

/** Many tools refuse a manifest of one kind with layers of the other. */
function asLayerOf(format: Image['format'], layer: Layer): Layer {
  const [ours, theirs] = format === 'oci' ? (['layer', 'dockerLayer'] as const) : (['dockerLayer', 'layer'] as const);
  return {
    ...layer,
    async descriptor() {
      const descriptor = await layer.descriptor();
      return descriptor.mediaType === MEDIA_TYPES[theirs]
        ? { ...descriptor, mediaType: MEDIA_TYPES[ours] }
        : descriptor;
    },
  };
}
