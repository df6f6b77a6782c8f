import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type TarEntry, writeTar } from '@dema/archive';
import type { Files } from './write-files.ts';

/** A dependency of a buildpack under test, served as an npm package of the same name. */
export interface FakeDependency {
  id: string;
  version: string;
  /** What its archive holds, below `package/`. */
  files: Files;
  bundles?: Record<string, string>;
  endOfLife?: string;
  /** An `https:` address of the same archive, as a source that goes before the package. */
  upstream?: string;
}

/** Its entry in the inventory of a `buildpack.toml`. */
export function describeFakeDependency(
  { id, version, bundles, endOfLife, upstream }: FakeDependency,
  tarball: Uint8Array,
): object {
  const checksum = `sha512:${createHash('sha512').update(tarball).digest('hex')}`;
  const uris = [upstream ?? [], `pkg:npm/${id}@${version}`].flat();
  return {
    id,
    name: id,
    version,
    purl: `pkg:generic/${id}@${version}`,
    sources: uris.map((uri) => ({ uri, checksum })),
    bundles,
    endOfLife,
  };
}

export async function packFiles(files: Files): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([name, content]): TarEntry => {
    const common = { path: `package/${name}`, uid: 0, gid: 0 };
    if (typeof content !== 'string')
      return { ...common, type: 'symlink', mode: 0o777, size: 0, linkPath: content.link };
    const bytes = Buffer.from(content);
    const mode = content.startsWith('#!') ? 0o755 : 0o644;
    return { ...common, type: 'file', mode, size: bytes.length, body: () => [bytes] };
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}
