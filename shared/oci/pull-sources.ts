import type { DockerDaemon } from './docker-daemon.ts';
import { mirrorInvalid, registryBlocked } from './faults.ts';
import { findRegistry, type MirroredRegistry } from './registries-conf.ts';
import type { RegistryConfiguration } from './registry-configuration.ts';
import type { RegistryName } from './registry-name.ts';

type Environment = Record<string, string | undefined>;

/** Where a repository may be read: in a mirror, or where its name says. */
export interface PullSource {
  host: string;
  repository: string;
  /** Whether plain HTTP and any certificate will do. */
  isInsecure: boolean;
}

/**
 * Mirrors of a repository, as this machine's operator has named them, in the order in which they are asked, and at the end the registry
 * of the name: DEMA_REGISTRY_MIRROR_<HOST> and DEMA_REGISTRY_MIRROR, else registries.conf of podman, else Docker's
 * daemon.json. Faults: OCI_MIRROR_INVALID, OCI_REGISTRY_BLOCKED.
 */
export function findPullSources(
  name: RegistryName,
  env: Environment,
  { registries, daemons }: RegistryConfiguration,
  isInsecure = false,
): PullSource[] {
  const own = { host: name.host, repository: name.repository, isInsecure };
  const named = mirrorsInVariables(name, env);
  if (named.length > 0) return [...named, own];
  const configured = findRegistry(registries, name);
  if (configured) return sourcesOf(configured, name, own);
  return [...mirrorsOfDocker(name, daemons), own];
}

/** Docker's daemon has mirrors of its own registry alone. */
function mirrorsOfDocker({ host, repository }: RegistryName, daemons: readonly DockerDaemon[]): PullSource[] {
  const { file = '', mirrors = [] } = daemons.find((one) => one.mirrors.length > 0) ?? {};
  if (host !== 'docker.io') return [];
  return mirrors.map((address) => {
    const source = parseMirror(address, repository);
    if (source === undefined) throw mirrorInvalid(file, address);
    return source;
  });
}

function mirrorsInVariables({ host, repository }: RegistryName, env: Environment): PullSource[] {
  const key = host
    .toUpperCase()
    .replaceAll('-', '__')
    .replace(/[^A-Z0-9_]/g, '_');
  const variable = env[`DEMA_REGISTRY_MIRROR_${key}`] ? `DEMA_REGISTRY_MIRROR_${key}` : 'DEMA_REGISTRY_MIRROR';
  const addresses = (env[variable] ?? '').split(',').map((one) => one.trim());
  return addresses.filter(Boolean).map((address) => {
    const source = parseMirror(address.replaceAll('{originalHost}', host), repository);
    if (source === undefined) throw mirrorInvalid(variable, address);
    return source;
  });
}

/** Of `[https://]host[:port][/path]`, behind which the repository stands. `http://` says that it may be plain. */
function parseMirror(address: string, repository: string): PullSource | undefined {
  const [, scheme, host = '', path = ''] =
    /^(https?:\/\/)?([A-Za-z0-9.-]+(?::\d+)?|\[[0-9a-fA-F:]+\](?::\d+)?)((?:\/[^/?#@]+)*)\/?$/.exec(address) ?? [];
  if (host === '') return undefined;
  return {
    host,
    repository: [...path.split('/').filter(Boolean), repository].join('/'),
    isInsecure: scheme === 'http://',
  };
}

function sourcesOf(
  { file, prefix, location, isInsecure, isBlocked, mirrors }: MirroredRegistry,
  name: RegistryName,
  own: PullSource,
): PullSource[] {
  const text = `${name.host}/${name.repository}`;
  if (isBlocked) throw registryBlocked(text, file);
  const rest = text.slice(prefix.length).replace(/^\//, '');
  const sources = mirrors
    .filter(({ when }) => when === 'all' || (when === 'digest-only') === name.reference.startsWith('sha256:'))
    .map((mirror) => ({ ...placeOf(mirror.location, rest, file), isInsecure: mirror.isInsecure }));
  const origin = location === undefined ? own : placeOf(location, rest, file);
  return [...sources, { ...origin, isInsecure: own.isInsecure || isInsecure }];
}

function placeOf(location: string, rest: string, file: string): PullSource {
  const [host = '', ...path] = [...location.split('/'), rest].filter(Boolean);
  const found = parseMirror(host, path.join('/'));
  if (found === undefined) throw mirrorInvalid(file, location);
  return found;
}
