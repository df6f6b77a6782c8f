import { renderToml } from './render-toml.ts';
import { sortKeys } from './sort-keys.ts';
import { findTable, tomlDocument } from './toml-place.ts';

/** `store.toml`: values that a buildpack keeps from one build of an image to the next. */
export interface StoreDescriptor {
  /** Absent when there is no such table, which is not the same as an empty one. */
  metadata?: Record<string, unknown>;
}

export function parseStoreToml(text: string, file: string): StoreDescriptor {
  return { metadata: findTable(tomlDocument(text, file), 'metadata')?.value };
}

/** The file as the lifecycle restores it: with numbers as they come out of the JSON of a label. */
export function renderRestoredStoreToml({ metadata }: StoreDescriptor): string {
  return renderToml({ metadata: sortKeys(metadata) }, { numbers: 'float' });
}
