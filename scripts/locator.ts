import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IN_REGISTRY } from './destination.ts';
import { argumentsInvalid } from './faults.ts';
import { isPath } from './is-path.ts';
import { buildpackRegistryUnsupported } from './package-faults.ts';

/** Where a buildpack is, as command lines, project.toml, package.toml and builder.toml say it; pack calls it a locator. */
export type Locator =
  /** A folder, the file of a package, or an archive of a folder. */
  | { kind: 'path'; path: string }
  /** By a name that `findImage` takes: an image of a registry, a layout or an archive. */
  | { kind: 'image'; name: string }
  | { kind: 'url'; url: string }
  /** A buildpack of the builder, without an id all of its order. */
  | { kind: 'builder'; id?: string; version?: string }
  /** A buildpack of the builder, or else an image of the image store. */
  | { kind: 'name'; name: string };

/** As they stand before the path of an image. */
const PLACE = /^(oci|archive|oci-archive|docker-archive):(.+)$/s;
const OF_BUILDER = /^(?:urn:cnb:builder|from=builder)(?::(.*))?$/s;

/**
 * A locator of a TOML file, whose relative paths start at the folder of that file; what is there, or is called like an archive, is a
 * path without `./` as well.
 * Fault CLI_ARGUMENTS_INVALID.
 */
export function parseLocator(text: string, folder: string): Locator {
  return parsePrefixed(text, folder) ?? parseNaked(text, folder, (path) => isArchiveName(text) || existsSync(path));
}

/** A locator of the command line, where a bare word is a name, even beside a folder that is called so. */
export function parseLocatorArgument(text: string): Locator {
  return (
    parsePrefixed(text, '.') ?? parseNaked(text, '.', (path) => isPath(text) || (isArchiveName(text) && isThere(path)))
  );
}

/** Id and version of a name such as `acme/rust@1.2.3`. */
export function splitVersion(name: string): { id: string; version?: string } {
  const [id = '', version] = name.split('@');
  return { id, ...(version !== undefined && { version }) };
}

function parsePrefixed(text: string, folder: string): Locator | undefined {
  const [, ofBuilder] = OF_BUILDER.exec(text) ?? [];
  if (OF_BUILDER.test(text)) return { kind: 'builder', ...(ofBuilder && splitVersion(ofBuilder)) };
  if (text.startsWith('urn:cnb:registry:')) throw buildpackRegistryUnsupported(text);
  if (text.startsWith(IN_REGISTRY)) return { kind: 'image', name: text };
  if (/^https?:\/\//.test(text)) return { kind: 'url', url: text };
  if (text.startsWith('file:')) return { kind: 'path', path: pathOf(text, folder) };
  const [, word, path] = PLACE.exec(text) ?? [];
  return path === undefined ? undefined : { kind: 'image', name: `${word}:${resolve(folder, path)}` };
}

/** Some write a path that is relative, which no address of a file can be. */
function pathOf(url: string, folder: string): string {
  if (!/^file:\/\/(localhost)?\//.test(url)) return resolve(folder, url.replace(/^file:(\/\/)?/, ''));
  try {
    return fileURLToPath(url);
  } catch {
    throw argumentsInvalid(`${url} is no address of a file.`, 'Write the path of a folder or of a package instead.');
  }
}

function parseNaked(text: string, folder: string, isFile: (path: string) => boolean): Locator {
  const path = resolve(folder, text);
  return /^[./]/.test(text) || isFile(path) ? { kind: 'path', path } : { kind: 'name', name: text };
}

function isArchiveName(text: string): boolean {
  return /\.(cnb|tgz|tar|tar\.gz)$/.test(text);
}

/** What no file can be called is none. */
function isThere(path: string): boolean {
  try {
    return existsSync(path);
  } catch {
    return false;
  }
}
