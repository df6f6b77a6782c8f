import { BlockList, isIP } from 'node:net';
import { registryAnswerInvalid } from './faults.ts';

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, bits);
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv6');

/** Whether a host, with or without a port, is an address of this machine or of a network of its own (RFC 1918, RFC 4193), or this machine by name. */
export function isPrivateAddress(host: string): boolean {
  const name = host.replace(/^\[([^\]]*)\].*$/, '$1').replace(/^([^:]*):\d+$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const family = isIP(name);
  return family !== 0 && PRIVATE.check(name, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whoever is on the internet has no business in this network: no blob is sent there for them. Fault OCI_REGISTRY_ANSWER_INVALID. */
export function checkUploadPlace(host: string, url: string): void {
  const { hostname } = new URL(url);
  if (isPrivateAddress(hostname) && !isPrivateAddress(host))
    throw registryAnswerInvalid(host, `it sends blobs to ${hostname}`);
}
