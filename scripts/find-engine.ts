import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { engineAddressUnsupported, engineContextUnknown } from './engine-faults.ts';

type Environment = Record<string, string | undefined>;

/** Where a container engine takes requests as Docker does. */
export interface EngineAddress {
  /** As a person would write it. */
  name: string;
  socketPath?: string;
  host?: string;
  port?: number;
  /** PEM texts. */
  tls?: { ca?: Buffer; cert?: Buffer; key?: Buffer };
}

/**
 * The engine that `docker` and `podman` would speak to: of DOCKER_HOST, of the context in use, of CONTAINER_HOST, else the first of
 * the usual sockets of Docker and podman, the user's own before the machine's. Undefined when there is none.
 * Faults: CLI_ENGINE_ADDRESS_UNSUPPORTED, CLI_ENGINE_CONTEXT_UNKNOWN.
 */
export async function findEngine(env: Environment): Promise<EngineAddress | undefined> {
  if (env.DOCKER_HOST) return parseAddress(env.DOCKER_HOST, await readCertificates(certificatesOf(env)));
  const context = env.DOCKER_CONTEXT || (await readCurrentContext(env));
  if (context && context !== 'default') return readContext(context, env);
  if (env.CONTAINER_HOST) return parseAddress(env.CONTAINER_HOST, undefined);
  for (const socketPath of usualSockets(env)) {
    const found = await stat(socketPath).catch(() => undefined);
    if (found?.isSocket()) return { name: socketPath, socketPath };
  }
  return undefined;
}

function usualSockets(env: Environment): string[] {
  const own = env.XDG_RUNTIME_DIR
    ? ['docker.sock', 'podman/podman.sock'].map((name) => join(env.XDG_RUNTIME_DIR ?? '', name))
    : [];
  return [...own, '/var/run/docker.sock', '/run/podman/podman.sock'];
}

function parseAddress(text: string, tls: EngineAddress['tls']): EngineAddress {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.+)$/.exec(text) ?? [];
  if (scheme === 'unix') return { name: text, socketPath: rest };
  const url = URL.parse(text.replace(/^tcp:/, tls ? 'https:' : 'http:'));
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw engineAddressUnsupported(text, scheme);
  const isSecure = url.protocol === 'https:';
  return {
    ...{ name: text, host: url.hostname, port: Number(url.port) || (isSecure ? 2376 : 2375) },
    ...(isSecure && { tls: tls ?? {} }),
  };
}

function dockerConfig(env: Environment): string {
  return env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker');
}

/** Docker speaks TLS when it is told to, with files of its configuration. */
function certificatesOf(env: Environment): string | undefined {
  return env.DOCKER_TLS_VERIFY || env.DOCKER_TLS ? env.DOCKER_CERT_PATH || dockerConfig(env) : undefined;
}

async function readCertificates(folder: string | undefined): Promise<EngineAddress['tls']> {
  if (folder === undefined) return undefined;
  const read = (name: string) => readFile(join(folder, name)).catch(() => undefined);
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map(read));
  return { ca, cert, key };
}

async function readCurrentContext(env: Environment): Promise<string | undefined> {
  const { currentContext } = await readJson(join(dockerConfig(env), 'config.json'));
  return typeof currentContext === 'string' ? currentContext : undefined;
}

/** As `docker context` keeps them. */
async function readContext(name: string, env: Environment): Promise<EngineAddress> {
  const key = createHash('sha256').update(name).digest('hex');
  const folder = join(dockerConfig(env), 'contexts');
  const { Endpoints: endpoints } = await readJson(join(folder, 'meta', key, 'meta.json'));
  const { Host: host } = ((endpoints ?? {}) as Record<string, Record<string, unknown>>).docker ?? {};
  if (typeof host !== 'string') throw engineContextUnknown(name);
  const certificates = join(folder, 'tls', key, 'docker');
  const hasTls = (await stat(certificates).catch(() => undefined)) !== undefined;
  return parseAddress(host, hasTls ? await readCertificates(certificates) : undefined);
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
