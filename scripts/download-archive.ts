import { createFetcher, readNpmConfig } from '@dema/fetch';
import { isDigest } from '@dema/store';
import { archiveChecksumInvalid, archiveChecksumMissing } from './package-faults.ts';
import type { Workplace } from './workplace.ts';

/**
 * The file behind an address that ends with its checksum, `https://server/rust.tgz#sha256:<hex>`: kept by that, so that it is
 * fetched once. Faults: CLI_ARGUMENTS_INVALID without a checksum or with what is none, FETCH_*.
 */
export async function downloadArchive(
  { downloads }: Workplace,
  address: string,
  { env, offline }: { env: NodeJS.ProcessEnv; offline?: boolean },
): Promise<string> {
  const [url = '', fragment = ''] = address.split('#');
  const checksum = fragment.replace('=', ':');
  if (fragment === '') throw archiveChecksumMissing(url);
  if (!isDigest(checksum)) throw archiveChecksumInvalid(url, fragment);
  const fetcher = createFetcher({ store: downloads, env, npm: await readNpmConfig(env), offline });
  try {
    return (await fetcher.download(url, { checksum, what: url })).path;
  } finally {
    await fetcher.close();
  }
}
