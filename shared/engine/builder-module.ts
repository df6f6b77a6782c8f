import type { Layer } from '@dema/oci';
import type { BuildpackFolder } from './builder.ts';

/** A buildpack of a builder image, or an image extension in the words of one, with the layer that holds it. */
export interface BuilderModule extends BuildpackFolder {
  layer: Layer;
}

/** `id@version`. */
export function moduleName({ descriptor }: Pick<BuildpackFolder, 'descriptor'>): string {
  return `${descriptor.buildpack.id}@${descriptor.buildpack.version}`;
}
