import { isFault } from '@dema/errors';
import { createHttp, type Http } from '@dema/fetch';
import { readRegistryAuthorities } from './registry-authorities.ts';
import { type RegistryConfiguration, readRegistryConfiguration } from './registry-configuration.ts';
import { askHelper, type Credentials, findCredentials } from './registry-credentials.ts';

/** What work on many images of a few registries shares: connections, which stay open, and what was found out about each host. */
export interface RegistryConnections {
  http(host: string, isInsecure: boolean): Http;
  /** `https://host`, or `http://host` where that is allowed and nothing else is there. */
  findBase(host: string, isInsecure: boolean): Promise<string>;
  configuration(): Promise<RegistryConfiguration>;
  findCredentials(host: string, repository: string): Promise<Credentials | undefined>;
  /** What is asked for later has connections anew. */
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  /** For proxies, authorities and credentials. */
  env: Record<string, string | undefined>;
  /** Of requests that fail; 4 more tries, the first after 0.3 s. */
  retry?: { delayMs: number };
}

const LOCAL = /^(localhost|[^/:]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

export function openRegistryConnections({ env, retry }: ConnectionsOptions): RegistryConnections {
  const https = new Map<string, Http>();
  const bases = new Map<string, Promise<string>>();
  const helpers = new Map<string, Promise<Credentials | undefined>>();
  const ask: typeof askHelper = (name, host) =>
    findOrMake(helpers, `${name} ${host}`, () => askHelper(name, host, env));
  const http = (host: string, isInsecure: boolean) =>
    findOrMake(https, `${host} ${isInsecure}`, () => {
      const ca = { read: () => readRegistryAuthorities(host, env), source: `certs.d/${host}` };
      return createHttp({ env: LOCAL.test(host) ? withoutProxyTo(host, env) : env, isInsecure, ca, retry });
    });
  let configuration: Promise<RegistryConfiguration> | undefined;
  return {
    http,
    configuration() {
      configuration ??= readRegistryConfiguration(env);
      return configuration;
    },
    findBase: (host, isInsecure) =>
      findOrMake(bases, `${host} ${isInsecure}`, () => findBase(http(host, isInsecure), host, isInsecure)),
    findCredentials: (host, repository) => findCredentials(host, env, { repository, ask }),
    async close() {
      const open = [...https.values()];
      https.clear();
      await Promise.all(open.map((one) => one.close()));
    },
  };
}

/** As with Docker and podman: a proxy would look for the registry on its own machine, and see logins in plain HTTP. */
function withoutProxyTo(host: string, env: ConnectionsOptions['env']): ConnectionsOptions['env'] {
  const others = env.no_proxy || env.NO_PROXY;
  return { ...env, no_proxy: [...(others ? [others] : []), host].join(',') };
}

/** What is made once, a failure included. */
function findOrMake<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** A registry on this machine, and one that is called insecure, may speak plain HTTP. */
async function findBase(http: Http, host: string, isInsecure: boolean): Promise<string> {
  const isLocal = LOCAL.test(host);
  const api = host === 'docker.io' ? 'registry-1.docker.io' : host;
  if (!isLocal && !isInsecure) return `https://${api}`;
  const ask = async (protocol: string) => {
    const url = `${protocol}://${api}/v2/`;
    const answer = await http.send({ method: 'GET', url, what: `The registry ${host}`, isOnce: true });
    answer.discard();
    return answer.status;
  };
  // Nobody stands between us and this machine, and most registries on it have no certificate.
  if (isLocal && [200, 401].includes(await ask('http').catch(() => 0))) return `http://${api}`;
  try {
    await ask('https');
    return `https://${api}`;
  } catch (error) {
    if (isFault(error, 'FETCH_CERTIFICATE_UNTRUSTED')) throw error;
    return `http://${api}`;
  }
}
