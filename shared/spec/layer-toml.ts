import { renderToml } from './render-toml.ts';
import { sortKeys } from './sort-keys.ts';
import { findTable, placeAt, readFlag, tomlDocument, tomlFault } from './toml-place.ts';

/** `<layer>.toml`: what a layer is for, and what its buildpack wants to remember about it. */
export interface LayerDescriptor {
  launch: boolean;
  build: boolean;
  cache: boolean;
  /** Absent when there is no such table, which is not the same as an empty one. */
  metadata?: Record<string, unknown>;
}

export function parseLayerToml(text: string, file: string): LayerDescriptor {
  const document = tomlDocument(text, file);
  for (const key of ['launch', 'build', 'cache']) {
    const place = placeAt(document, key);
    if (place.value !== undefined)
      throw tomlFault(place, 'stands outside of the types', `move \`${key}\` to \`[types]\``);
  }
  const types = findTable(document, 'types');
  return {
    launch: types ? readFlag(types, 'launch') : false,
    build: types ? readFlag(types, 'build') : false,
    cache: types ? readFlag(types, 'cache') : false,
    metadata: findTable(document, 'metadata')?.value,
  };
}

export function renderLayerToml({ launch, build, cache, metadata }: LayerDescriptor): string {
  return renderToml({ types: { launch, build, cache }, metadata: sortKeys(metadata) });
}

/** The file as the lifecycle restores it: without types, and with numbers as they come out of the JSON of a label. */
export function renderRestoredLayerToml(metadata: Record<string, unknown> | undefined): string {
  return renderToml({ metadata: sortKeys(metadata) }, { numbers: 'float' });
}
