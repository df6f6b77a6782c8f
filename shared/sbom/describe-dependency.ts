import type { Dependency } from '@dema/dependencies';
import type { Component } from './component.ts';

/** A dependency as it stands in the inventory. Its hash is that of the preferred source, wherever this machine found it. */
export function describeDependency(dependency: Dependency): Component {
  const { name, version, purl, licenses = [], cpe, sources } = dependency;
  const [preferred] = sources;
  return {
    type: 'application',
    name,
    version,
    purl,
    licenses,
    cpes: cpe === undefined ? [] : [cpe],
    hashes: preferred ? [preferred.checksum] : [],
  };
}
