import type { Digest } from '@dema/store';
import { invalidReference } from './faults.ts';

const PART = '[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*';
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
/** The first part is a registry's host when it has a dot or a port, or is `localhost`. */
const HOST = `(?:localhost|${LABEL}(?:[.]${LABEL})+|${LABEL}(?=:))(?::[0-9]{1,5})?`;
const REPOSITORY = new RegExp(`^(?:${HOST}/)?${PART}(?:/${PART})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** An image's name in full: `name[:tag]` becomes `name:tag`, with the tag `latest` if there is none. Fault: IMAGE_REFERENCE_INVALID. */
export function parseReference(text: string): string {
  const colon = text.lastIndexOf(':');
  const [name, tag] = colon > text.lastIndexOf('/') ? [text.slice(0, colon), text.slice(colon + 1)] : [text, 'latest'];
  if (name.length > 255 || !REPOSITORY.test(name) || !TAG.test(tag)) throw invalidReference(text);
  return `${name}:${tag}`;
}

export function isReference(text: string): boolean {
  try {
    return parseReference(text) !== '';
  } catch {
    return false;
  }
}

/** Whether two names mean the same tag: with or without Docker's own host, the tag `latest`, or a digest behind the tag. */
export function isSameReference(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** The name by which others can ask for just this image: `name@digest`, without the tag and the digest that stand behind `name`. */
export function pinReference(name: string, digest: Digest): string {
  return `${withoutDigest(name).replace(/:[^:/]*$/, '')}@${digest}`;
}

/** A name that may have a digest behind it without that. */
export function withoutDigest(name: string): string {
  return name.replace(/@sha256:[0-9a-f]{64}$/, '');
}

function canonical(text: string): string {
  const name = withoutDigest(text).replace(/^index\.docker\.io\//, 'docker.io/');
  return isReference(name)
    ? dockerReference(parseReference(name)).replace(/^docker\.io\/library\//, 'docker.io/')
    : name;
}

/** The reference as Docker writes it in full: names without a host are those of Docker's own registry. */
export function dockerReference(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')) return reference;
  return `docker.io/${rest.length > 0 ? reference : `library/${reference}`}`;
}

/** A reference made of any text, such as a folder's name: what cannot be part of one becomes a dash. */
export function referenceFromName(text: string): string {
  const name = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${name.slice(0, 128).replace(/-+$/, '') || 'app'}:latest`;
}
