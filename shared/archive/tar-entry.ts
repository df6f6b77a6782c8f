export type TarEntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';

/** One member of a tar archive, whether read from one or about to be written to one. */
export interface TarEntry {
  /** As it stands in the archive, but without a leading `./` and without the `/` that ends a directory's name. The archive's own root is `.`. */
  path: string;
  type: TarEntryType;
  /** Permission bits with setuid, setgid and sticky: 0o0000 to 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of the body; 0 for everything but a file. */
  size: number;
  /** Seconds since 1970; without one it is `FIXED_MTIME`. */
  mtime?: number;
  /** Target of a symbolic link, verbatim, or the path of the member that a hard link names. */
  linkPath?: string;
  /** The content of a file: `size` bytes. An entry that was read gives its body once, before the next entry is asked for. */
  body?: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** 1980-01-01T00:00:01Z, the time that the lifecycle gives to everything in an image. */
export const FIXED_MTIME = 315532801;

export const BLOCK = 512;
