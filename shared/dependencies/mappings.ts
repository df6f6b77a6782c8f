import { type Checksum, isChecksum } from '@dema/fetch';
import type { Bindings } from '@dema/spec';
import { mirrorAmbiguous, mirrorInvalid } from './faults.ts';
import { checkAddress, type OtherAddress } from './mirrors.ts';

const ALGORITHMS: Record<number, string> = { 40: 'sha1', 64: 'sha256', 128: 'sha512' };

/**
 * Bindings of the type `dependency-mapping` by Paketo's RFC 0010: the address of a file by its checksum, which is written
 * `sha256:HEX`, `sha256_HEX` (a key of a Kubernetes secret has no colon) or `HEX` alone.
 * Faults: DEPENDENCY_MIRROR_INVALID, DEPENDENCY_MIRROR_AMBIGUOUS.
 */
export function parseMappings(bindings: Pick<Bindings, 'all'>): Map<Checksum, OtherAddress> {
  const mappings = new Map<Checksum, OtherAddress>();
  for (const binding of bindings.all('dependency-mapping')) {
    const setting = `the binding ${binding.name}`;
    for (const key of binding.keys) {
      const checksum = parseKey(key);
      const url = binding.value(key) ?? '';
      if (!checksum) throw mirrorInvalid(setting, `its key ${key} is not a checksum`);
      checkAddress(url, setting);
      const other = mappings.get(checksum);
      if (other && other.url !== url) throw mirrorAmbiguous(key, [other.setting, setting]);
      mappings.set(checksum, { url, setting });
    }
  }
  return mappings;
}

function parseKey(key: string): Checksum | undefined {
  const [, algorithm, hex = ''] = /^(?:(\w+?)[:_])?([0-9a-f]+)$/i.exec(key) ?? [];
  const checksum = `${algorithm ?? ALGORITHMS[hex.length]}:${hex}`.toLowerCase();
  return isChecksum(checksum) ? checksum : undefined;
}
