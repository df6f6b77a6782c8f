import { renderToml } from './render-toml.ts';
import {
  findString,
  findStrings,
  findTable,
  readName,
  readTables,
  type TomlTable,
  tomlDocument,
} from './toml-place.ts';

/** A run image by its name, and where else it can be had. */
export interface RunImageReference {
  image: string;
  mirrors: string[];
}

/** `run.toml`: the run images of a builder; the first is the one that is taken. */
export function parseRunToml(text: string, file: string): RunImageReference[] {
  return readRunImages(tomlDocument(text, file));
}

export function renderRunToml(images: readonly RunImageReference[]): string {
  return renderToml({ images: images.length ? images.map(plainRunImage) : undefined });
}

/** `stack.toml`, by which platforms before Platform API 0.12 know the run image. Undefined when it names none. */
export function parseStackToml(text: string, file: string): RunImageReference | undefined {
  const table = findTable(tomlDocument(text, file), 'run-image');
  const image = table && findString(table, 'image');
  return table && image ? { image, mirrors: findStrings(table, 'mirrors') ?? [] } : undefined;
}

export function renderStackToml(image: RunImageReference): string {
  return renderToml({ 'run-image': plainRunImage(image) });
}

/** `[[images]]` of a run.toml, or `[[run.images]]` of a builder.toml. */
export function readRunImages(table: TomlTable): RunImageReference[] {
  return readTables(table, 'images').map((image) => ({
    image: readName(image, 'image'),
    mirrors: findStrings(image, 'mirrors') ?? [],
  }));
}

function plainRunImage({ image, mirrors }: RunImageReference): object {
  return { image, mirrors: mirrors.length ? mirrors : undefined };
}
