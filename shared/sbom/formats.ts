import type { Component } from './component.ts';
import { mergeCycloneDx, renderCycloneDx } from './cyclonedx.ts';
import type { DocumentOptions } from './document-options.ts';
import { mergeSpdx, renderSpdx } from './spdx.ts';
import { mergeSyft, renderSyft } from './syft.ts';

/** A format of SBOM documents that the Buildpack specification knows. */
export interface SbomFormat {
  name: 'cyclonedx' | 'spdx' | 'syft';
  /** Files of it are called `<layer>.sbom.<extension>`. */
  extension: string;
  /** In `sbom-formats` of a `buildpack.toml`. */
  mediaType: string;
  render(components: Component[], options: DocumentOptions): string;
  /** One document of several parsed ones, from whatever tool. */
  merge(documents: unknown[], options: DocumentOptions): string;
}

export const SBOM_FORMATS: readonly SbomFormat[] = [
  {
    name: 'cyclonedx',
    extension: 'cdx.json',
    mediaType: 'application/vnd.cyclonedx+json',
    render: renderCycloneDx,
    merge: mergeCycloneDx,
  },
  {
    name: 'spdx',
    extension: 'spdx.json',
    mediaType: 'application/spdx+json',
    render: renderSpdx,
    merge: mergeSpdx,
  },
  {
    name: 'syft',
    extension: 'syft.json',
    mediaType: 'application/vnd.syft+json',
    render: renderSyft,
    merge: mergeSyft,
  },
];
