import { readTargets, type Target } from './buildpack-toml.ts';
import { type KnownKeys, refuseUnknownKeys } from './known-keys.ts';
import { findString, findTable, placeAt, readTables, type TomlTable, tomlDocument, tomlFault } from './toml-place.ts';

/** `package.toml`, as `pack buildpack package` reads it. Relative paths are relative to the file. */
export interface PackageDescriptor {
  kind: 'buildpack' | 'extension';
  /** Folder or archive of the buildpack or extension itself. */
  uri: string;
  /** What a composite buildpack is composed of. */
  dependencies: { uri: string }[];
  os: 'linux' | 'windows';
  /** Take the place of those of the buildpack.toml. */
  targets: Target[];
}

const KNOWN: KnownKeys = {
  '': ['buildpack', 'extension', 'dependencies', 'platform', 'targets'],
  buildpack: ['uri'],
  extension: ['uri'],
  dependencies: ['uri', 'image'],
  platform: ['os'],
  targets: ['os', 'arch', 'variant', 'arch-variant', 'distros'],
  'targets.distros': ['name', 'version'],
};

export function parsePackageToml(text: string, file: string): PackageDescriptor {
  const document = tomlDocument(text, file);
  refuseUnknownKeys(document, KNOWN, 'a package');
  const [buildpack, extension] = [findTable(document, 'buildpack'), findTable(document, 'extension')];
  if (buildpack && extension) {
    throw tomlFault(placeAt(document, 'extension'), 'stands beside `buildpack`', 'keep one of the two');
  }
  const own = extension ?? buildpack;
  return {
    kind: extension ? 'extension' : 'buildpack',
    uri: (own && findString(own, 'uri')) || '.',
    dependencies: readTables(document, 'dependencies').map((table) => ({ uri: readLocation(table) })),
    os: readOs(document),
    targets: readTargets(document),
  };
}

/** An image is a location of its own kind, which pack writes as an address nowadays. */
function readLocation(table: TomlTable): string {
  const [uri, image] = [findString(table, 'uri'), findString(table, 'image')];
  if ((uri === undefined) === (image === undefined)) {
    const found = uri === undefined ? 'has neither `uri` nor `image`' : 'has both `uri` and `image`';
    throw tomlFault(table, found, 'write the `uri` of a folder, archive or image, such as "docker://example/node"');
  }
  return uri ?? `docker://${image}`;
}

function readOs(document: TomlTable): 'linux' | 'windows' {
  const platform = findTable(document, 'platform');
  const os = (platform && findString(platform, 'os')) || 'linux';
  if (os === 'linux' || os === 'windows') return os;
  throw tomlFault(placeAt(platform ?? document, 'os'), `is "${os}"`, 'use "linux" or "windows"');
}
