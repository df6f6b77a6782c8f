import type { NpmConfig } from './npm-config.ts';

/**
 * Where npm will ask: the origins of the addresses that a lock file names, with that of npm's own registry replaced by the
 * one of the configuration, as npm does. Without addresses it is the registry alone. None when no registry is known.
 */
export async function determineNpmOrigins(npm: NpmConfig, resolved: string[] | undefined): Promise<string[]> {
  const registry = findOrigin(() => npm.registry);
  if (!resolved) return registry ? [registry] : [];
  const origins = new Set(resolved.flatMap((address) => findOrigin(() => address) ?? []));
  const replaced = npm.setting('replace-registry-host') ?? 'npmjs';
  if (replaced === 'never' || !registry || origins.size === 0) return [...origins];
  const host = replaced === 'npmjs' ? hostOf(await npm.findDefaultRegistry()) : (hostOf(replaced) ?? replaced);
  const asked = [...origins].map((origin) => (replaced === 'always' || hostOf(origin) === host ? registry : origin));
  return [...new Set(asked)];
}

function findOrigin(address: () => string): string | undefined {
  try {
    const { protocol, origin } = new URL(address());
    return /^https?:$/.test(protocol) ? origin : undefined;
  } catch {
    return undefined;
  }
}

function hostOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : URL.parse(address)?.hostname;
}
