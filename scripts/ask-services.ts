import { join } from 'node:path';
import { DISTRIBUTION, findDebianMirror } from '@dema/debian';
import { fault, isFault } from '@dema/errors';
import { createFetcher, type Fetcher, type FetcherOptions, readNpmConfig, showUrl } from '@dema/fetch';
import { determineStoreRoot, openStore } from '@dema/store';
import { durationText } from './size-text.ts';

/** For a person who waits: one try, and a few seconds for it. */
const TIMEOUTS = { connectMs: 3000, firstAnswerMs: 4000, stallMs: 5000 };
/** Of an index that says that the suite is there, with its signature. */
const MOST_READ = 4 * 1024 * 1024;

type Environment = NodeJS.ProcessEnv;

/** The addresses that Debian packages come from, with how long they took to answer. Faults: those of the mirror, FETCH_*. */
export async function askDebianMirror(env: Environment): Promise<string> {
  const mirror = await findDebianMirror(env);
  const suites = { [mirror.archive]: DISTRIBUTION, [mirror.security]: `${DISTRIBUTION}-security` };
  return withFetcher({ env, proxy: mirror.proxy }, async (fetcher) => {
    const answers = Object.entries(suites).map(async ([address, suite]) => {
      const url = `${address}/dists/${suite}/InRelease`;
      const what = `The index of ${suite}`;
      return timed(address, () =>
        fetcher
          .readBytes(url, { what, headers: mirror.headersFor(url), maxBytes: MOST_READ })
          .catch((error) =>
            advise(error, 'sources.list of apt, or in DEMA_DEBIAN_MIRROR and DEMA_DEBIAN_SECURITY_MIRROR'),
          ),
      );
    });
    return (await Promise.all(answers)).join(`\n${' '.repeat(22)}`);
  });
}

/** The address that npm packages come from. Faults: those of npm's configuration, FETCH_*. */
export async function askNpmRegistry(env: Environment): Promise<string> {
  const npm = await readNpmConfig(env);
  return withFetcher({ env, npm }, (fetcher) => {
    const address = new URL('./-/ping', npm.registry).href;
    return timed(npm.registry, async () => {
      await fetcher
        .readBytes(address, { what: 'The npm registry', headers: npm.headersFor(address) })
        .catch(ignoreUnknownPath)
        .catch((error) => advise(error, '~/.npmrc (registry=...) or in npm_config_registry'));
    });
  });
}

/** Not every registry knows this question, but whoever says so is there. */
function ignoreUnknownPath(error: unknown): void {
  if (!isFault(error, 'FETCH_NOT_FOUND')) throw error;
}

/** A service that is not reached may be the wrong one; where another one is named differs. */
function advise(error: unknown, place: string): never {
  if (!isFault(error, 'FETCH_HOST_UNREACHABLE')) throw error;
  const { code, problem, details, blame } = error;
  const proxy = 'Check the network, and HTTPS_PROXY and NO_PROXY where there is a proxy.';
  throw fault(code, { problem, details, blame, fix: `${proxy} One of your own is named in ${place}.` });
}

async function timed(address: string, ask: () => Promise<unknown>): Promise<string> {
  const start = performance.now();
  await ask();
  return `${showUrl(address)}, answers in ${durationText(performance.now() - start)}`;
}

async function withFetcher<T>(
  options: Omit<FetcherOptions, 'store'>,
  use: (fetcher: Fetcher) => Promise<T>,
): Promise<T> {
  const store = await openStore(join(determineStoreRoot(options.env), 'downloads'));
  const fetcher = createFetcher({ ...options, store, timeouts: TIMEOUTS, retry: { retries: 0 } });
  return use(fetcher).finally(() => fetcher.close());
}
