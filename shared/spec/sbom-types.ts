/** A format of documents that say what is in a layer (Buildpack specification, "Software-Bill-of-Materials"). */
export interface SbomType {
  name: 'cyclonedx' | 'spdx' | 'syft';
  /** Files of it are called `<layer>.sbom.<extension>`. */
  extension: string;
  /** In `sbom-formats` of a `buildpack.toml`. */
  mediaType: string;
}

export const SBOM_TYPES: readonly SbomType[] = [
  { name: 'cyclonedx', extension: 'cdx.json', mediaType: 'application/vnd.cyclonedx+json' },
  { name: 'spdx', extension: 'spdx.json', mediaType: 'application/spdx+json' },
  { name: 'syft', extension: 'syft.json', mediaType: 'application/vnd.syft+json' },
];
