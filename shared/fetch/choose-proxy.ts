import type { NpmConfig } from './npm-config.ts';
import { determineProxies, findProxy, type ProxySettings } from './proxy.ts';

export interface ProxyOptions {
  env: Record<string, string | undefined>;
  /** Goes before the environment's. */
  proxy?: ProxySettings;
  /** Its proxy goes before the environment's for its registries, and stands in for one that the environment lacks. */
  npm?: Pick<NpmConfig, 'proxy' | 'httpsProxy' | 'noProxy' | 'isRegistry'>;
}

/** Gives the proxy for an address, or undefined where none is on the way. */
export function createProxyChoice({ env, proxy, npm }: ProxyOptions): (url: string) => string | undefined {
  const general = determineProxies(env, proxy);
  if (!npm) return (url) => findProxy(general, url);
  // npm takes either of its two settings for every address.
  const address = npm.httpsProxy ?? npm.proxy;
  const ofNpm = { http: address, https: address, noProxy: npm.noProxy };
  const forRegistries = determineProxies(env, ofNpm);
  const forOthers = general.http || general.https ? general : { ...ofNpm, noProxy: general.noProxy ?? npm.noProxy };
  return (url) => findProxy(npm.isRegistry(url) ? forRegistries : forOthers, url);
}
