import type { Component } from './component.ts';

export interface DebianPackageFacts {
  name: string;
  version: string;
  architecture: string;
  /** Of the package file, in hex. */
  sha256: string;
}

/** As much as is known of a package. */
type KnownFacts = Pick<DebianPackageFacts, 'name' | 'version'> & Partial<DebianPackageFacts>;

/** A package of Debian, or of what descends from it, or files of one. `distro` is such as `debian-13`. */
export function describeDebianPackage(facts: KnownFacts, distro: string): Component {
  const { name, version, architecture, sha256 } = facts;
  const encoded = [name, version].map((text) => encodeURIComponent(text).replaceAll('%3A', ':')).join('@');
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:deb/${distro.split('-')[0]}/${encoded}?${architecture ? `arch=${architecture}&` : ''}distro=${distro}`,
    licenses: [],
    cpes: [],
    hashes: sha256 ? [`sha256:${sha256}`] : [],
  };
}
