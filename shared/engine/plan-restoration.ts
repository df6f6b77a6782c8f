import type { LayerMetadata } from './lifecycle-metadata.ts';

type Layers = Record<string, LayerMetadata>;

/** What is known of the layers that one buildpack made in earlier builds. */
export interface KnownLayers {
  /** Of the previous image. */
  inImage: Layers;
  cached: Layers;
  /** Why the contents of a cached layer cannot be used, if they cannot. */
  findProblem(name: string): string | undefined;
}

/** What a buildpack finds again of one layer: nothing for a `reason`, else its metadata, with or without its contents. */
export type Restoration = { name: string } & ({ layer: LayerMetadata; contents: boolean } | { reason: string });

/**
 * The table "Layer Restoration" of the Platform specification as the lifecycle has it: cached layers with their contents, layers for
 * launch alone with their metadata. A cached layer that is in the previous image too must be the same in both.
 */
export function planRestoration({ inImage, cached, findProblem }: KnownLayers): Restoration[] {
  const names = [...new Set([...Object.keys(inImage), ...Object.keys(cached)])].sort();
  return names.flatMap((name): Restoration[] => {
    const image = inImage[name]?.launch ? inImage[name] : undefined;
    const cache = cached[name]?.cache ? cached[name] : undefined;
    const planned = planLayer(image, cache);
    if (planned === undefined) return [];
    const problem = typeof planned !== 'string' && planned.contents ? findProblem(name) : undefined;
    if (problem !== undefined) return [{ name, reason: problem }];
    return [typeof planned === 'string' ? { name, reason: planned } : { name, ...planned }];
  });
}

function planLayer(
  image: LayerMetadata | undefined,
  cache: LayerMetadata | undefined,
): { layer: LayerMetadata; contents: boolean } | string | undefined {
  if (cache && !(image && cache.launch)) return { layer: cache, contents: true };
  if (image === undefined) return undefined;
  if (image.build && !image.cache) return 'the build needs its contents, and it is not cached';
  if (image.cache && cache === undefined) return 'its contents are not in the cache';
  if (cache === undefined) return { layer: image, contents: false };
  return cache.sha === image.sha ? { layer: image, contents: true } : 'the previous image has other contents';
}
