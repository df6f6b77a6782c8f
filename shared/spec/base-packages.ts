import { renderJson } from './render-json.ts';
import { sortKeys } from './sort-keys.ts';

/**
 * What a base image says of itself besides its distribution (Platform specification, "Base images"). Labels that begin like this
 * one are replaced when an app image gets another base, whoever rebases it: what stands here is true of the base it has.
 */
export const BASE_METADATA_LABEL = 'io.buildpacks.base.metadata';
/** As Paketo's base images have it: a list of packages with `name` and `version`. A rebase leaves it as it was. */
const PAKETO_LABEL = 'io.paketo.stack.packages';

/** Versions of distribution packages, by name. */
export type Packages = ReadonlyMap<string, string>;

/** The value of the label for a base image that is made of these packages. */
export function renderBaseMetadata(packages: readonly { name: string; version: string }[]): string {
  return renderJson({ packages: sortKeys(Object.fromEntries(packages.map(({ name, version }) => [name, version]))) });
}

/** Packages that an app image, or a base image, says its base is made of; undefined when it does not say. */
export function findBasePackages(labels: Readonly<Record<string, string>>): Packages | undefined {
  const metadata = parseJson(labels[BASE_METADATA_LABEL]);
  const packages = isTable(metadata) ? metadata.packages : undefined;
  return isTable(packages) ? textsOf(Object.entries(packages)) : undefined;
}

/** The same of a base image itself, in the form of Paketo's too. */
export function findPackagesOfBase(labels: Readonly<Record<string, string>>): Packages | undefined {
  const list = parseJson(labels[PAKETO_LABEL]);
  const listed = Array.isArray(list) ? list.filter(isTable).map(({ name, version }) => [name, version]) : undefined;
  return findBasePackages(labels) ?? (listed && textsOf(listed));
}

function textsOf(entries: unknown[][]): Packages {
  return new Map(entries.filter((one): one is [string, string] => one.every((part) => typeof part === 'string')));
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
