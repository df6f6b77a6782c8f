type Environment = Record<string, string | undefined>;

export interface ProxySettings {
  /** Address of the proxy for `http:` addresses, and for `https:` ones. */
  http?: string;
  https?: string;
  /** Hosts that are reached without: names, `.suffix`, `*.suffix`, `host:port`, `*`, separated by commas or blanks. */
  noProxy?: string;
}

/** The environment's proxies, as curl reads them: lower case goes before upper case. `given` goes before both. */
export function determineProxies(env: Environment, given: ProxySettings = {}): ProxySettings {
  const all = env.all_proxy || env.ALL_PROXY;
  return {
    http: given.http ?? (env.http_proxy || env.HTTP_PROXY || all),
    https: given.https ?? (env.https_proxy || env.HTTPS_PROXY || all),
    noProxy: given.noProxy ?? (env.no_proxy || env.NO_PROXY),
  };
}

export function findProxy({ http, https, noProxy = '' }: ProxySettings, target: string): string | undefined {
  const url = new URL(target);
  const proxy = url.protocol === 'https:' ? https : http;
  if (!proxy || noProxy.split(/[\s,]+/).some((entry) => entry && covers(entry.toLowerCase(), url))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** No name of a host is only digits and dots, or has a colon. */
const IP_ADDRESS = /^[\d.]+$|:/;

function covers(entry: string, { hostname, port, protocol }: URL): boolean {
  if (entry === '*') return true;
  const host = hostname.replace(/^\[|\]$/g, '');
  const [, name = '', only] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? ['', entry];
  if (only && only !== (port || (protocol === 'https:' ? '443' : '80'))) return false;
  const suffix = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === suffix || (!IP_ADDRESS.test(host) && host.endsWith(`.${suffix}`));
}
