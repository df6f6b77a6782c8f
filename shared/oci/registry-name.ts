import { isFault } from '@dema/errors';
import { registryMissing } from './faults.ts';
import { dockerReference, parseReference } from './reference.ts';

/** Where an image is in a registry. */
export interface RegistryName {
  /** Name and, if there is one, port, as a person writes them. */
  host: string;
  repository: string;
  /** Of a manifest: a tag or a digest. */
  reference: string;
}

const DIGEST = /@(sha256:[0-9a-f]{64})$/;

/**
 * Takes apart `host/repository[:tag][@digest]`. The host must be said: an image that is called `app` is meant for no registry.
 * Docker's own registry has two names; it is `docker.io` here. Faults: IMAGE_REFERENCE_INVALID, OCI_REGISTRY_MISSING.
 */
export function parseRegistryName(text: string): RegistryName {
  const digest = DIGEST.exec(text)?.[1];
  const full = parseReference(text.replace(DIGEST, ''));
  if (dockerReference(full) !== full) throw registryMissing(text);
  const slash = full.indexOf('/');
  const colon = full.lastIndexOf(':');
  const repository = full.slice(slash + 1, colon);
  const host = full.slice(0, slash).replace(/^index\.docker\.io$/, 'docker.io');
  const isShort = host === 'docker.io' && !repository.includes('/');
  return {
    host,
    repository: isShort ? `library/${repository}` : repository,
    reference: digest ?? full.slice(colon + 1),
  };
}

/** Whether a text is the name of an image that begins with its registry. */
export function hasRegistry(text: string): boolean {
  try {
    return parseRegistryName(text).host !== '';
  } catch (error) {
    if (isFault(error)) return false;
    throw error;
  }
}

/** As a person writes it. */
export function renderRegistryName({ host, repository, reference }: RegistryName): string {
  return `${host}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
}
