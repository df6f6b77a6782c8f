import { type Checksum, registerUserInfo } from '@dema/fetch';
import type { Bindings } from '@dema/spec';
import { mirrorAmbiguous, mirrorInvalid } from './faults.ts';
import { parseMappings } from './mappings.ts';

/** Another address for a file, and the setting that wants it so, as it is named to people. */
export interface OtherAddress {
  url: string;
  setting: string;
}

/** Addresses of files elsewhere than upstream. */
export interface Mirrors {
  /** By the checksum of a file, else by its host. A file that a buildpack brought along has no host, nor has a package of a registry. */
  find(url: string, checksum?: Checksum): OtherAddress | undefined;
  /** Whether there is an address for just this file. */
  has(checksum: Checksum): boolean;
}

interface Mirror {
  setting: string;
  /** With `{originalHost}`, where that is to be filled in. */
  address: string;
  /** Leading folders of the path upstream that the mirror does not have. */
  skipPath: string;
}

const HOST = '{originalHost}';
const DEFAULT = 'DEFAULT';

/**
 * Mirrors by Paketo's RFC 0060: `BP_DEPENDENCY_MIRROR` for all hosts and `BP_DEPENDENCY_MIRROR_<HOST>` for one, whose name is
 * written in upper case with `_` for a dot and `__` for a hyphen; bindings of the type `dependency-mirror` with the keys
 * `default` and names of hosts. Variables go before bindings. A value is an address, or `mirror=ADDRESS,skip-path=/PATH`.
 * Files that bindings of the type `dependency-mapping` name go before all of them.
 * Faults: DEPENDENCY_MIRROR_INVALID, DEPENDENCY_MIRROR_AMBIGUOUS. Passwords in addresses are hidden from everything shown later.
 */
export function parseMirrors(
  env: Readonly<Record<string, string | undefined>>,
  bindings: Pick<Bindings, 'all'>,
): Mirrors {
  const mirrors = new Map([...readBindings(bindings), ...readVariables(env)]);
  const mappings = parseMappings(bindings);
  return {
    has: (checksum) => mappings.has(checksum),
    find(url, checksum) {
      const mapped = checksum && mappings.get(checksum);
      if (mapped) return mapped;
      const original = URL.parse(url);
      if (!original || !/^https?:$/.test(original.protocol)) return undefined;
      const mirror = mirrors.get(encodeHost(original.hostname)) ?? mirrors.get(DEFAULT);
      return mirror && { url: addressAt(mirror, original), setting: mirror.setting };
    },
  };
}

function readVariables(env: Readonly<Record<string, string | undefined>>): [string, Mirror][] {
  return Object.entries(env).flatMap(([name, value]) => {
    const match = /^BP_DEPENDENCY_MIRROR(?:_(.+))?$/.exec(name);
    return match && value?.trim() ? [[match[1]?.toUpperCase() ?? DEFAULT, parseMirror(value, name)]] : [];
  });
}

function readBindings(bindings: Pick<Bindings, 'all'>): Map<string, Mirror> {
  const mirrors = new Map<string, Mirror>();
  for (const binding of bindings.all('dependency-mirror')) {
    for (const key of binding.keys) {
      const mirror = parseMirror(binding.value(key) ?? '', `the binding ${binding.name}`);
      const host = encodeHost(key);
      const other = mirrors.get(host);
      if (other && other.address !== mirror.address) throw mirrorAmbiguous(key, [other.setting, mirror.setting]);
      mirrors.set(host, mirror);
    }
  }
  return mirrors;
}

function encodeHost(host: string): string {
  return host.toUpperCase().replaceAll('-', '__').replaceAll('.', '_');
}

function parseMirror(value: string, setting: string): Mirror {
  const [first = '', ...others] = value.split(',').map((part) => part.trim());
  const settings = new Map([first.startsWith('mirror=') ? first : `mirror=${first}`, ...others].map(splitArgument));
  const unknown = [...settings.keys()].find((key) => key !== 'mirror' && key !== 'skip-path');
  if (unknown !== undefined) throw mirrorInvalid(setting, `"${unknown}" is neither mirror= nor skip-path=`);
  const address = settings.get('mirror') ?? '';
  checkAddress(address.replaceAll(HOST, 'host.example'), setting);
  return { setting, address, skipPath: withoutEndSlash(`/${settings.get('skip-path') ?? ''}`.replace(/^\/+/, '/')) };
}

function splitArgument(argument: string): [string, string] {
  const split = argument.indexOf('=');
  return split === -1 ? [argument, ''] : [argument.slice(0, split).trim(), argument.slice(split + 1).trim()];
}

/** Hides the password of an address. Fault: DEPENDENCY_MIRROR_INVALID, without the address, as there may be a password in it. */
export function checkAddress(address: string, setting: string): void {
  const parsed = URL.parse(address);
  if (!parsed) throw mirrorInvalid(setting, 'it is not an address');
  const { protocol } = parsed;
  if (!/^(https?|file):$/.test(protocol)) throw mirrorInvalid(setting, `nothing can be fetched by ${protocol}`);
  registerUserInfo(address);
}

function addressAt({ address, skipPath }: Mirror, original: URL): string {
  const base = new URL(address.replaceAll(HOST, original.hostname));
  const { pathname } = original;
  const path = skipPath && pathname.startsWith(`${skipPath}/`) ? pathname.slice(skipPath.length) : pathname;
  base.pathname = withoutEndSlash(base.pathname) + path;
  if (original.search) base.search = original.search;
  return base.href;
}

function withoutEndSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
