import { BlockList, isIP } from 'node:net';
import { findRegistry } from './registries-conf.ts';
import type { RegistryConfiguration } from './registry-configuration.ts';

/**
 * Whether this machine's operator lets a registry speak plain HTTP or have any certificate: by `insecure` in podman's registries.conf, or
 * by `insecure-registries` of Docker's daemon.json, which names hosts and networks.
 */
export function isInsecureHere(
  name: { host: string; repository: string },
  { registries, daemons }: RegistryConfiguration,
): boolean {
  const configured = findRegistry(registries, name);
  if (configured?.isInsecure && (configured.location ?? configured.prefix) === configured.prefix) return true;
  return daemons.some(({ insecure }) => insecure.some((one) => isMeant(one, name.host)));
}

function isMeant(entry: string, host: string): boolean {
  if (entry === host) return true;
  const [network = '', bits = ''] = entry.split('/');
  const address = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  if (!/^\d+$/.test(bits) || isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (Number(bits) > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}
