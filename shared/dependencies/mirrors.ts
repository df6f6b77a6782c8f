import { registerUserInfo } from '@dema/fetch';
import { mirrorInvalid } from './faults.ts';

/** Another address for a file, and the setting that wants it so, as it is named to people. */
export interface OtherAddress {
  url: string;
  setting: string;
}

/** Addresses of files on other servers, by the host that they stand on upstream. */
export interface Mirrors {
  /** Nothing for an address that is not of a network, such as that of a file which a buildpack brought along. */
  find(url: string): OtherAddress | undefined;
}

interface Mirror {
  setting: string;
  /** With `{originalHost}`, where that is to be filled in. */
  address: string;
  /** Leading folders of the path upstream that the mirror does not have. */
  skipPath: string;
}

const HOST = '{originalHost}';

/**
 * Mirrors by Paketo's RFC 0060: `BP_DEPENDENCY_MIRROR` for all hosts and `BP_DEPENDENCY_MIRROR_<HOST>` for one, whose name is
 * written in upper case with `_` for a dot and `__` for a hyphen. The value is an address, or `mirror=ADDRESS,skip-path=/PATH`.
 * Fault: DEPENDENCY_MIRROR_INVALID. Passwords in addresses are hidden from everything shown later.
 */
export function parseMirrors(env: Readonly<Record<string, string | undefined>>): Mirrors {
  const mirrors = new Map<string, Mirror>();
  for (const [name, value] of Object.entries(env)) {
    const match = /^BP_DEPENDENCY_MIRROR(?:_(.+))?$/.exec(name);
    if (match && value?.trim()) mirrors.set((match[1] ?? '').toUpperCase(), parseMirror(value, name));
  }
  return {
    find(url) {
      const original = URL.parse(url);
      if (!original || !/^https?:$/.test(original.protocol)) return undefined;
      const mirror = mirrors.get(encodeHost(original.hostname)) ?? mirrors.get('');
      return mirror && { url: addressAt(mirror, original), setting: mirror.setting };
    },
  };
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

/** Fault: DEPENDENCY_MIRROR_INVALID, without the address, as there may be a password in it. */
function checkAddress(address: string, setting: string): void {
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
