import { readAppMetadata } from '@dema/engine';
import { isFault } from '@dema/errors';
import { type Image, parseRegistryName, pullImage } from '@dema/oci';
import { findBasePackages, findPackagesOfBase, type Packages } from '@dema/spec';
import type { Store } from '@dema/store';
import { type RegistryChoices, registryOptions } from '../registry-destination.ts';

/** What app images stand on, without reading a layer. */
export interface BaseLookup {
  /** Packages of the run image of an app image, by what it says itself, else by the configuration of its run image. */
  find(app: Image, reference: string): Promise<Packages | undefined>;
}

/** Only the registry that an app image is in is asked for its run image, and once for each. */
export function createBaseLookup(store: Store, registry: RegistryChoices): BaseLookup {
  const found = new Map<string, Promise<Packages | undefined>>();
  return {
    async find(app, reference) {
      const own = findBasePackages(app.config.config?.Labels ?? {});
      const base = readAppMetadata(app).runImage.reference;
      if (own || !isOfSameHost(base, reference)) return own;
      const known = found.get(base);
      if (known) return known;
      const fresh = readFromRegistry(store, base, registry);
      found.set(base, fresh);
      return fresh;
    },
  };
}

async function readFromRegistry(store: Store, base: string, registry: RegistryChoices): Promise<Packages | undefined> {
  const name = parseRegistryName(base);
  try {
    const pulled = await pullImage(store, name, registryOptions(name, registry));
    return pulled && findPackagesOfBase(pulled.image.config.config?.Labels ?? {});
  } catch (error) {
    if (!isFault(error)) throw error;
    return undefined;
  }
}

function isOfSameHost(one: string, other: string): boolean {
  try {
    return parseRegistryName(one).host === parseRegistryName(other).host;
  } catch {
    return false;
  }
}
