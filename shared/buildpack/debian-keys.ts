/** Folder of a packaged buildpack in which the public keys of Debian's archive stand. */
export const KEYS_FOLDER = 'debian-keys';
