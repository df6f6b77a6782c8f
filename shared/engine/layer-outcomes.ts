import type { Digest } from '@dema/store';
import type { BuiltLayer } from './built-buildpack.ts';
import type { LayersFolder } from './layers-folder.ts';

export interface LayerOutcome {
  layer: string;
  outcome: 'reused' | 'changed' | 'made' | 'dropped';
  reason: string;
}

/** What became of the layers of one buildpack: of those that it found again, and of those that it has now. `shas` are the digests of the latter. */
export function layerOutcomes(
  { restored, refused }: Pick<LayersFolder, 'restored' | 'refused'>,
  layers: ReadonlyMap<string, Pick<BuiltLayer, 'contents'>>,
  shas: ReadonlyMap<string, Digest>,
): LayerOutcome[] {
  const names = [...new Set([...restored.keys(), ...layers.keys()])].sort();
  return names.map((layer) => {
    const [before, now] = [restored.get(layer), layers.get(layer)];
    if (now === undefined) return { layer, outcome: 'dropped', reason: 'the buildpack gave it no type this time' };
    if (before === undefined)
      return { layer, outcome: 'made', reason: refused.get(layer) ?? 'no earlier build left it' };
    if (now.contents === undefined) return { layer, outcome: 'reused', reason: 'as it is in the previous image' };
    const isSame = shas.get(layer) === before.sha;
    if (before.contents) {
      return isSame
        ? { layer, outcome: 'reused', reason: 'its contents are as they were restored' }
        : { layer, outcome: 'changed', reason: 'the buildpack changed what was restored' };
    }
    return isSame
      ? { layer, outcome: 'reused', reason: 'the buildpack made it again with the same contents' }
      : { layer, outcome: 'changed', reason: 'the buildpack made it again with other contents' };
  });
}
