/**
 * The version that upstream gave to what a Debian package holds: `1.85.1` of `1.85.1+dfsg1-1+deb13u1`, `8.4.16` of
 * `2:8.4.16-1~deb13u1`. One of fewer numbers than three, or with zeros before them, is written so that ranges can be held against it.
 */
export function upstreamVersion(version: string): string {
  const upstream = version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[+~.](dfsg|ds|repack|really|git|deb)[\w.+~]*$/, '')
    .replace(/~.*$/, '');
  if (!/^\d+(\.\d+){0,2}$/.test(upstream)) return upstream;
  const numbers = upstream.split('.').map((number) => String(BigInt(number)));
  return [...numbers, '0', '0'].slice(0, 3).join('.');
}
