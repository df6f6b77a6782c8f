export { type Compression, decompress, findCompression } from './decompress.ts';
export { fileBody } from './file-body.ts';
export { gzip } from './gzip.ts';
export { comparePaths, decodePath, encodePath, systemPath } from './path-bytes.ts';
export { type Deb, readDeb } from './read-deb.ts';
export { readTar } from './read-tar.ts';
export { FIXED_MTIME, type TarEntry, type TarEntryType } from './tar-entry.ts';
export { type UnpackOptions, unpackEntries, unpackTar } from './unpack.ts';
export { writeTar } from './write-tar.ts';
