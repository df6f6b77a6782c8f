import { renderToml } from './render-toml.ts';

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
