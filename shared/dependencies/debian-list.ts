import { debianListInvalid } from './faults.ts';

/** A dependency that is made of Debian packages, as its buildpack asks for it in `<id>.packages.json`. */
export interface DebianList {
  /** What a buildpack asks for, such as `rust`. */
  id: string;
  /** For people, such as `Rust`. */
  name: string;
  /** The package whose upstream version is that of the dependency. */
  version: string;
  /** Names of what is wanted; what these need comes along. */
  packages: string[];
  /** Names that are left out, with what only they need. */
  exclude: string[];
  /** The image of the builder `base` over which it is unpacked: what that has is left out. */
  image: 'build' | 'run';
  /** SPDX identifiers of the main package. */
  licenses?: string[];
  /** With `{version}`, where that is to be filled in. */
  cpe?: string;
  endOfLife?: string;
}

type Fields = Record<string, unknown>;

const KNOWN = ['name', 'version', 'packages', 'exclude', 'image', 'licenses', 'cpe', 'endOfLife'];

/** Every package has its reason: `{"name": "Rust", "version": "rustc", "packages": {"rustc": "the compiler"}}`. Fault DEPENDENCY_DEBIAN_LIST_INVALID. */
export function parseDebianList(text: string, id: string, file: string): DebianList {
  const fields = parseObject(text, file);
  const unknown = Object.keys(fields).find((key) => !KNOWN.includes(key));
  if (unknown) throw debianListInvalid(file, `"${unknown}" is not one of ${KNOWN.join(', ')}`);
  const packages = namesOf(fields, 'packages', file);
  const version = textOf(fields, 'version', file) ?? packages[0];
  if (version === undefined || !packages.includes(version)) {
    throw debianListInvalid(file, '"version" names none of its "packages"');
  }
  const { image = 'build', licenses } = fields;
  if (image !== 'build' && image !== 'run') throw debianListInvalid(file, '"image" is neither "build" nor "run"');
  if (licenses !== undefined && !(Array.isArray(licenses) && licenses.every((one) => typeof one === 'string')))
    throw debianListInvalid(file, '"licenses" is not a list of texts');
  return {
    id,
    name: textOf(fields, 'name', file) ?? id,
    version,
    packages,
    exclude: namesOf(fields, 'exclude', file),
    image,
    licenses,
    cpe: textOf(fields, 'cpe', file),
    endOfLife: textOf(fields, 'endOfLife', file),
  };
}

function textOf(fields: Fields, key: string, file: string): string | undefined {
  const value = fields[key];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw debianListInvalid(file, `"${key}" is not a text`);
}

function namesOf(fields: Fields, key: string, file: string): string[] {
  const value = fields[key] ?? {};
  if (!isObject(value)) throw debianListInvalid(file, `"${key}" is not an object of names and reasons`);
  const bare = Object.entries(value).find(([, reason]) => typeof reason !== 'string' || reason === '');
  if (bare) throw debianListInvalid(file, `"${key}" gives no reason for ${bare[0]}`);
  return Object.keys(value);
}

function parseObject(text: string, file: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw debianListInvalid(file, error instanceof Error ? error.message : String(error));
  }
  if (!isObject(value)) throw debianListInvalid(file, 'it is not an object');
  return value;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
