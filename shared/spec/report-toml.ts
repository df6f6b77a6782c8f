import { renderToml } from './render-toml.ts';
import { findInteger, findString, findStrings, readTable, tomlDocument } from './toml-place.ts';

/** `report.toml`: what was exported. */
export interface Report {
  tags: string[];
  /** Of an image in a daemon. */
  imageId?: string;
  /** Of an image in a registry or a layout. */
  digest?: string;
  /** In bytes. */
  manifestSize?: number;
}

export function renderReportToml({ tags, imageId, digest, manifestSize }: Report): string {
  return renderToml({
    image: {
      tags,
      'image-id': imageId || undefined,
      digest: digest || undefined,
      'manifest-size': manifestSize || undefined,
    },
  });
}

export function parseReportToml(text: string, file: string): Report {
  const image = readTable(tomlDocument(text, file), 'image');
  return {
    tags: findStrings(image, 'tags') ?? [],
    imageId: findString(image, 'image-id') || undefined,
    digest: findString(image, 'digest') || undefined,
    manifestSize: findInteger(image, 'manifest-size') || undefined,
  };
}
