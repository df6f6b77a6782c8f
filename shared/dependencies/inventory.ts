import { findLockedProblem, type LockedPackage, pickLocked } from '@dema/debian';
import { type Checksum, isChecksum } from '@dema/fetch';
import type { Architecture, Dependency, DependencySource } from './dependency.ts';
import { inventoryInvalid } from './faults.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A value of the inventory with what is needed to name it. */
interface Place {
  file: string;
  key: string;
  value: unknown;
}

/**
 * The dependencies of an inventory: the array `dependencies` of a parsed JSON document or of the metadata of a
 * `buildpack.toml`. Other fields beside the array, which tell where the inventory comes from, are passed over; unknown fields
 * of a dependency are faults.
 */
export function parseInventory(metadata: unknown, file: string): Dependency[] {
  const list = at(objectOf({ file, key: '', value: metadata }), 'dependencies');
  const dependencies = arrayOf(list).map(parseDependency);
  refuseDuplicates(dependencies, list);
  return dependencies;
}

function parseDependency(place: Place): Dependency {
  const dependency = objectOf(place);
  refuseUnknown(dependency, [
    'id',
    'name',
    'version',
    'architecture',
    'sources',
    'endOfLife',
    'licenses',
    'cpe',
    'purl',
    'bundles',
  ]);
  const sources = arrayOf(at(dependency, 'sources')).map(parseSource);
  if (!sources.length) throw invalid(at(dependency, 'sources'), 'must name one source or more');
  return {
    id: textOf(at(dependency, 'id')),
    name: textOf(at(dependency, 'name')),
    version: textOf(at(dependency, 'version')),
    architecture: optional(at(dependency, 'architecture'), architectureOf),
    sources,
    endOfLife: optional(at(dependency, 'endOfLife'), dayOf),
    licenses: optional(at(dependency, 'licenses'), (licenses) => arrayOf(licenses).map(textOf)),
    cpe: optional(at(dependency, 'cpe'), textOf),
    purl: textOf(at(dependency, 'purl')),
    bundles: optional(at(dependency, 'bundles'), textsOf),
  };
}

function parseSource(place: Place): DependencySource {
  const source = objectOf(place);
  refuseUnknown(source, ['uri', 'checksum', 'packages', 'verified']);
  const uri = at(source, 'uri');
  if (!/^(?:https?:\/\/|pkg:)./.test(textOf(uri))) throw invalid(uri, 'must begin with https:// or pkg:');
  const packages = optional(at(source, 'packages'), (list) => arrayOf(list).map(packageOf));
  if (textOf(uri).startsWith('pkg:deb/') !== (packages !== undefined && packages.length > 0))
    throw invalid(at(source, 'packages'), 'must name the packages of a source of pkg:deb, and is for no other');
  const verified = optional(at(source, 'verified'), flagOf);
  return {
    uri: textOf(uri),
    checksum: checksumOf(at(source, 'checksum')),
    ...(packages && { packages }),
    ...(verified !== undefined && { verified }),
  };
}

function packageOf(place: Place): LockedPackage {
  const problem = findLockedProblem(place.value);
  if (problem) throw invalid(place, `is no locked package: ${problem}`);
  return pickLocked(place.value as LockedPackage);
}

function checksumOf(place: Place): Checksum {
  if (!isChecksum(place.value)) throw invalid(place, 'must be sha256: or sha512: and lower-case hexadecimal digits');
  return place.value;
}

function flagOf(place: Place): boolean {
  if (typeof place.value !== 'boolean') throw invalid(place, 'must be true or false');
  return place.value;
}

function architectureOf(place: Place): Architecture {
  if (place.value !== 'amd64' && place.value !== 'arm64') throw invalid(place, 'must be "amd64" or "arm64"');
  return place.value;
}

function dayOf(place: Place): string {
  const day = textOf(place);
  if (!DAY.test(day) || Number.isNaN(Date.parse(day))) throw invalid(place, 'must be a day such as 2028-04-30');
  return day;
}

function textsOf(place: Place): Record<string, string> {
  const texts = objectOf(place);
  return Object.fromEntries(Object.keys(texts.value).map((key) => [key, textOf(at(texts, key))]));
}

function textOf(place: Place): string {
  if (typeof place.value !== 'string' || place.value === '') throw invalid(place, 'must be a text that is not empty');
  return place.value;
}

function arrayOf(place: Place): Place[] {
  if (!Array.isArray(place.value)) throw invalid(place, 'must be an array');
  return place.value.map((value, index) => ({ ...place, key: `${place.key}[${index}]`, value }));
}

function objectOf(place: Place): Place & { value: Record<string, unknown> } {
  const { value } = place;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(place, 'must be an object');
  return { ...place, value: value as Record<string, unknown> };
}

function at({ file, key, value }: Place & { value: Record<string, unknown> }, name: string): Place {
  const inner = Object.hasOwn(value, name) ? value[name] : undefined;
  return { file, key: key ? `${key}.${name}` : name, value: inner };
}

function optional<T>(place: Place, read: (place: Place) => T): T | undefined {
  return place.value === undefined ? undefined : read(place);
}

function refuseUnknown(place: Place & { value: Record<string, unknown> }, known: string[]): void {
  for (const name of Object.keys(place.value)) {
    if (!known.includes(name)) throw invalid(at(place, name), `is not one of ${known.join(', ')}`);
  }
}

function refuseDuplicates(dependencies: Dependency[], list: Place): void {
  const seen = new Set<string>();
  for (const [index, { id, version, architecture }] of dependencies.entries()) {
    const identity = `${id} ${version} ${architecture ?? 'of every architecture'}`;
    if (seen.has(identity)) throw invalid({ ...list, key: `${list.key}[${index}]` }, `is the second ${identity}`);
    seen.add(identity);
  }
}

function invalid({ file, key }: Place, reason: string) {
  return inventoryInvalid({ file, key: key || 'the inventory', reason });
}
