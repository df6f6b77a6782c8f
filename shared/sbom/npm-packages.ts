import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checksum } from '@dema/fetch';
import type { Component } from './component.ts';
import { isRecord, listOf, type Table } from './parts.ts';

/** By preference: what npm says it installed, then what it was to install. */
const LOCK_FILES = ['node_modules/.package-lock.json', 'npm-shrinkwrap.json', 'package-lock.json'];

/**
 * The npm packages that are there in an app's folder: of those that the lock file (version 2 or 3) names, each one whose
 * folder has a package.json, with the name, version and licence that it says. Addresses of registries are left out: they
 * are of the machine that builds. Read one after the other: thousands of small files would cost more in waiting.
 */
export function readNpmPackages(folder: string): Component[] {
  return Object.entries(readLockedPackages(folder)).flatMap(([path, entry]) => {
    if (path === '' || path.split('/').includes('..') || !isRecord(entry) || entry.link === true) return [];
    const manifest = readJson(join(folder, path, 'package.json'));
    return manifest ? [describePackage(path, entry, manifest)] : [];
  });
}

function readLockedPackages(folder: string): Table {
  for (const file of LOCK_FILES) {
    const packages = readJson(join(folder, file))?.packages;
    if (isRecord(packages)) return packages;
  }
  return {};
}

function describePackage(path: string, entry: Table, manifest: Table): Component {
  const isLocal = !path.includes('node_modules/');
  const name = textOf(manifest.name) ?? path.split('node_modules/').at(-1) ?? path;
  const version = textOf(manifest.version) ?? textOf(entry.version);
  return {
    type: 'library',
    name,
    version,
    purl: isLocal || version === undefined ? undefined : npmPackageUrl(name, version),
    licenses: licensesOf(manifest),
    cpes: [],
    hashes: isLocal ? [] : hashesOf(textOf(entry.integrity)),
  };
}

/** `pkg:npm/%40scope/name@version` (purl specification, type npm). */
export function npmPackageUrl(name: string, version: string): string {
  return `pkg:npm/${name.split('/').map(encode).join('/')}@${encode(version)}`;
}

/** A half of a character, which JSON may hold, has no bytes to be encoded. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Old packages have an object, or a list of objects, in one of two fields. */
function licensesOf({ license, licenses }: Table): string[] {
  const all = [license, ...(Array.isArray(license) ? license : []), ...listOf(licenses)];
  return all.flatMap((one) => textOf(isRecord(one) ? one.type : one) ?? []);
}

/** The strongest hash of an integrity of npm, such as `sha512-<base64>`. */
function hashesOf(integrity: string | undefined): Checksum[] {
  const all = (integrity ?? '').split(/\s+/).map((one) => /^(sha1|sha256|sha512)-([^?]+)/.exec(one));
  const found = all.flatMap((match) => (match ? [match] : []));
  const strongest = found.sort(([, a = ''], [, b = '']) => sizeOf(b) - sizeOf(a))[0];
  const [, algorithm = '', base64 = ''] = strongest ?? [];
  return strongest ? [`${algorithm}:${Buffer.from(base64, 'base64').toString('hex')}` as Checksum] : [];
}

function sizeOf(algorithm: string): number {
  return Number(algorithm.slice('sha'.length));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Files of packages may be anything; one that cannot be read says nothing. */
function readJson(file: string): Table | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
