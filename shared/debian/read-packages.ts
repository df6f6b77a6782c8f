import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { decompress } from '@dema/archive';
import type { Fetcher } from '@dema/fetch';
import { isDigest, type Store } from '@dema/store';
import type { DebianPackage } from './debian-package.ts';
import { debianIndexInvalid, debianReleaseInvalid } from './faults.ts';
import type { DebianMirror } from './find-debian-mirror.ts';
import { parseCompact, parsePackages, renderCompact } from './package-index.ts';
import type { SignedRelease } from './read-release.ts';
import type { ReleaseFile } from './release.ts';

export interface ReadPackagesContext {
  mirror: DebianMirror;
  fetcher: Fetcher;
  store: Store;
}

/** The main packages of a suite. Parsed once: the store keeps them in a compact form, by the checksum of the signed index. */
export async function readPackages(
  release: SignedRelease,
  architecture: string,
  context: ReadPackagesContext,
): Promise<DebianPackage[]> {
  const { store } = context;
  const file = findPackagesFile(release, architecture);
  const known = await findCompact(store, file);
  if (known) return known;
  const packages = parsePackages(await downloadText(release, file, context));
  const { digest } = await store.putBlob(oneChunk(new TextEncoder().encode(renderCompact(packages))));
  await store.writeRecord('debian-index', file.sha256, digest);
  return packages;
}

function findPackagesFile({ files, url }: SignedRelease, architecture: string): ReleaseFile {
  for (const extension of ['.xz', '.gz', '']) {
    const file = files.get(`main/binary-${architecture}/Packages${extension}`);
    if (file) return file;
  }
  throw debianReleaseInvalid(`${url}/InRelease`, `lists no packages for ${architecture}`);
}

async function findCompact(store: Store, { sha256 }: ReleaseFile): Promise<DebianPackage[] | undefined> {
  const digest = await store.readRecord('debian-index', sha256);
  if (!isDigest(digest) || !(await store.hasBlob(digest))) return undefined;
  return parseCompact(await readFile(store.blobPath(digest), 'utf8'));
}

async function downloadText(
  release: SignedRelease,
  file: ReleaseFile,
  { mirror, fetcher }: ReadPackagesContext,
): Promise<string> {
  const folder = file.path.slice(0, file.path.lastIndexOf('/'));
  const byHash = `${release.url}/${folder}/by-hash/SHA256/${file.sha256}`;
  const url = release.byHash ? byHash : `${release.url}/${file.path}`;
  const { path } = await fetcher.download(url, {
    checksum: `sha256:${file.sha256}`,
    headers: mirror.headersFor(url),
    maxBytes: file.size,
    what: `package index of ${release.codename}`,
  });
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of decompress(createReadStream(path))) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw debianIndexInvalid(url, error);
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
