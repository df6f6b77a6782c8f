import type { NpmConfig } from './npm-config.ts';

/**
 * Where npm will ask: an address of each server that a lock file names, with npm's own registry replaced by the one of the
 * configuration, as npm does. Without a lock file it is the registry alone. None when no registry is known.
 */
export async function determineNpmAddresses(npm: NpmConfig, resolved: string[] | undefined): Promise<string[]> {
  const registry = findRegistry(npm);
  if (!resolved) return registry ? [registry] : [];
  const servers = new Set(resolved.flatMap((address) => findServer(address) ?? []));
  const replaced = npm.setting('replace-registry-host') ?? 'npmjs';
  if (replaced === 'never' || !registry || servers.size === 0) return [...servers];
  const host = replaced === 'npmjs' ? hostOf(await npm.findDefaultRegistry()) : (hostOf(replaced) ?? replaced);
  const asked = [...servers].map((server) => (replaced === 'always' || hostOf(server) === host ? registry : server));
  return [...new Set(asked)];
}

function findRegistry(npm: NpmConfig): string | undefined {
  try {
    return npm.registry;
  } catch {
    return undefined;
  }
}

function findServer(address: string): string | undefined {
  const { protocol = '', origin } = URL.parse(address) ?? {};
  return /^https?:$/.test(protocol) ? `${origin}/` : undefined;
}

function hostOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : URL.parse(address)?.hostname;
}
