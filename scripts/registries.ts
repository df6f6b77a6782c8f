import { type DebianArchive, openHostArchive } from '@dema/debian';
import { createFetcher, type Fetcher, type NpmConfig, readNpmConfig } from '@dema/fetch';
import type { Workplace } from './workplace.ts';

export interface OpenRegistries {
  fetcher: Fetcher;
  npm: NpmConfig;
  debian: DebianArchive;
}

/** The registries of this machine's ordinary client configurations; nothing is asked before it is needed. */
export async function withRegistries<T>(
  { downloads }: Workplace,
  env: NodeJS.ProcessEnv,
  use: (registries: OpenRegistries) => Promise<T>,
): Promise<T> {
  const npm = await readNpmConfig(env);
  const fetcher = createFetcher({ store: downloads, env, npm });
  const debian = openHostArchive({ store: downloads, env });
  try {
    return await use({ fetcher, npm, debian });
  } finally {
    await Promise.all([fetcher.close(), debian.close()]);
  }
}
