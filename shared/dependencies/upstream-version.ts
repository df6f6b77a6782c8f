/** The version that upstream gave to what a Debian package holds: `1.85.1` of `1.85.1+dfsg1-1+deb13u1`, `8.4.16` of `2:8.4.16-1~deb13u1`. */
export function upstreamVersion(version: string): string {
  return version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[+~.](dfsg|ds|repack|really|git|deb)[\w.+~]*$/, '')
    .replace(/~.*$/, '');
}
