const LENGTHS = { sha1: 40, sha256: 64, sha512: 128 };

export type ChecksumAlgorithm = keyof typeof LENGTHS;

/** `<algorithm>:<lower-case hex>` */
export type Checksum = `${ChecksumAlgorithm}:${string}`;

export function isChecksum(text: unknown): text is Checksum {
  if (typeof text !== 'string') return false;
  const [algorithm = '', hex = '', ...more] = text.split(':');
  return more.length === 0 && isAlgorithm(algorithm) && hex.length === LENGTHS[algorithm] && /^[0-9a-f]+$/.test(hex);
}

export function splitChecksum(checksum: Checksum): { algorithm: ChecksumAlgorithm; hex: string } {
  const [algorithm = '', hex = ''] = checksum.split(':');
  if (!isAlgorithm(algorithm)) throw new Error(`not a checksum: ${checksum}`);
  return { algorithm, hex };
}

/**
 * The strongest checksum of a Subresource Integrity text, npm's `sha512-<base64>`; several are separated by spaces.
 * Throws a plain error for anything else: such texts stand in lock files and registries, and whoever read them knows where.
 */
export function parseIntegrity(sri: string): Checksum {
  const found = sri.trim().split(/\s+/).map(parseOne).filter(isChecksum);
  const strength = (one: Checksum) => LENGTHS[splitChecksum(one).algorithm];
  const [strongest] = found.sort((one, other) => strength(other) - strength(one));
  if (!strongest) throw new Error(`not a checksum: ${sri}`);
  return strongest;
}

function parseOne(text: string): string {
  const [algorithm = '', base64 = ''] = text.replace(/\?.*$/, '').split(/-(.*)/s);
  return `${algorithm}:${Buffer.from(base64, 'base64').toString('hex')}`;
}

function isAlgorithm(text: string): text is ChecksumAlgorithm {
  return Object.hasOwn(LENGTHS, text);
}
