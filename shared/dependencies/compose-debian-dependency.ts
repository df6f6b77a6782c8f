import { type DebianArchitecture, type PackageIndex, pickLocked, resolveClosure } from '@dema/debian';
import type { DebianList } from './debian-list.ts';
import type { Dependency } from './dependency.ts';
import { upstreamVersion } from './upstream-version.ts';

/** The dependency in its newest version, pinned: the packages of the list and what they need, but for those that are present where it is unpacked. */
export function composeDebianDependency(
  list: DebianList,
  index: PackageIndex,
  architecture: DebianArchitecture,
  present: string[],
): Dependency {
  const wanted = new Set(list.packages);
  const exclude = [...present, ...list.exclude].filter((name) => !wanted.has(name));
  const packages = resolveClosure(index, list.packages, { exclude }).map(pickLocked);
  const main = packages.find(({ name }) => name === list.version);
  if (!main) throw new Error(`${list.version} is not in its own closure`);
  const version = upstreamVersion(main.version);
  const purl = `pkg:deb/debian/${main.name}@${encodeURIComponent(main.version)}?arch=${main.architecture}`;
  return {
    id: list.id,
    name: list.name,
    version,
    architecture,
    sources: [{ uri: purl, checksum: `sha256:${main.sha256}`, packages }],
    endOfLife: list.endOfLife,
    licenses: list.licenses,
    cpe: list.cpe?.replaceAll('{version}', version),
    purl: `${purl}&distro=debian-13`,
  };
}
