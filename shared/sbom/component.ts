import { hash } from 'node:crypto';
import type { Checksum } from '@dema/fetch';

/** Something with a name of its own that is in a layer, in the app or built into another component. */
export interface Component {
  type: 'application' | 'library';
  /** With its scope, such as `@babel/core`. */
  name: string;
  version?: string;
  /** Package URL; absent for what no registry knows. */
  purl?: string;
  /** SPDX identifiers, SPDX expressions, or whatever else its author wrote; all of them apply. */
  licenses: string[];
  /** CPE 2.3 names. */
  cpes: string[];
  /** Of the archive that it came in. */
  hashes: Checksum[];
  /** Reference of the component that it is built into. */
  partOf?: string;
}

/** What a document is about. */
export interface Subject {
  type: 'layer' | 'image';
  /** Such as `dema/nodejs:node`, or the reference of an image. */
  name: string;
  version?: string;
}

/** By what the components of one document name each other: the package URL, else name and version. */
export function referenceOf({ purl, name, version }: Component): string {
  return purl ?? (version === undefined ? name : `${name}@${version}`);
}

/** Each component once, in the order of their references: the order in which they were found leaves no trace. */
export function sortComponents(components: Component[]): Component[] {
  const byReference = new Map(components.map((component) => [referenceOf(component), component]));
  return [...byReference].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component);
}

/** For identifiers: the same text, the same digits. */
export function digestOf(text: string): string {
  return hash('sha256', text);
}

/** A UUID (RFC 9562, version 8) that says the same of the same text everywhere. */
export function uuidOf(text: string): string {
  const digits = digestOf(text);
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`];
  return [...parts, digits.slice(20, 32)].join('-');
}
