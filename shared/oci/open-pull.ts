import { isFault } from '@dema/errors';
import { findPullSources, type PullSource } from './pull-sources.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
import { readRegistryConfiguration } from './registry-configuration.ts';
import type { RegistryName } from './registry-name.ts';

/** Reads in the first of the places that has what is asked for; what the last one says counts. */
export type Pull = <T>(ask: (registry: Registry) => Promise<T | undefined>) => Promise<T | undefined>;

/**
 * Mirrors of a repository are asked before its own registry, once each; one that is not reached, not again. What they give is
 * verified by whoever asks, whose fault leads to the next. Faults: those of `findPullSources`, and of the last place.
 */
export function openPull(name: RegistryName, options: RegistryOptions): Pull {
  let sources: Promise<PullSource[]> | undefined;
  const unreachable = new Set<PullSource>();
  return async (ask) => {
    sources ??= options.isFromOrigin ? Promise.resolve([]) : readSources(name, options);
    const places = await sources;
    for (const source of places.slice(0, -1).filter((one) => !unreachable.has(one))) {
      try {
        const found = await askIn(source, { ...options, isOneOfSeveral: true }, ask);
        if (found !== undefined) return found;
      } catch (error) {
        if (!isFault(error)) throw error;
        if (error.code === 'OCI_REGISTRY_UNREACHABLE') unreachable.add(source);
      }
    }
    return askIn(places.at(-1) ?? { ...name, isInsecure: options.isInsecure ?? false }, options, ask);
  };
}

async function readSources(name: RegistryName, options: RegistryOptions): Promise<PullSource[]> {
  const { env, connections, isInsecure } = options;
  const configuration = (await connections?.configuration()) ?? (await readRegistryConfiguration(env));
  return findPullSources(name, env, configuration, isInsecure);
}

async function askIn<T>(
  source: PullSource,
  options: RegistryOptions,
  ask: (registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = await openRegistry(source, { ...options, isInsecure: source.isInsecure }, { actions: 'pull' });
  try {
    return await ask(registry);
  } finally {
    await registry.close();
  }
}
