import type { Store, StoredBlob } from '@dema/store';
import type { Checksum } from './checksum.ts';
import { type DownloadContext, type DownloadRequest, download, putFile } from './download.ts';
import { notJson } from './faults.ts';
import type { FetchEvent } from './fetch-event.ts';
import { findDownloaded } from './known-checksums.ts';
import { openRequests, type RequestOptions } from './open-requests.ts';
import { readBytes } from './read-bytes.ts';

const MOST_READ = 256 * 1024 * 1024;
const MOST_DOWNLOADED = 8 * 1024 * 1024 * 1024;

export interface ReadOptions {
  /** What it is, as a person would say it: "Node.js 24.1.0". Begins the problem of a fault. */
  what: string;
  headers?: Record<string, string>;
  /** Bytes after which it cannot be right; 256 MiB without it, 8 GiB for downloads. */
  maxBytes?: number;
  /** Value of the Accept header. */
  accept?: string;
}

export interface DownloadOptions extends ReadOptions {
  checksum?: Checksum;
}

/**
 * Gets things over HTTP: through the host's proxies, with the authorities that the host trusts, with time-outs and a few
 * more tries. Faults: FETCH_*; the ones that a caller may want to tell apart are FETCH_NOT_FOUND and FETCH_OFFLINE.
 */
export interface Fetcher {
  /**
   * Streams into the store, verified. With a checksum that the store knows no network is touched. Several who want the same
   * share one download, inside a process and, with a checksum, between processes. A `file:` address is read from this machine.
   */
  download(url: string, options: DownloadOptions): Promise<StoredBlob>;
  readBytes(url: string, options: ReadOptions): Promise<Uint8Array>;
  readJson(url: string, options: ReadOptions): Promise<unknown>;
  close(): Promise<void>;
}

export interface FetcherOptions extends RequestOptions {
  store: Store;
  onEvent?: (event: FetchEvent) => void;
}

export function createFetcher(options: FetcherOptions): Fetcher {
  const { store, onEvent = () => undefined } = options;
  const { context: requests, retries } = openRequests(options);
  const context = { ...requests, store, onEvent };
  const underWay = new Map<string, Promise<StoredBlob>>();

  function read(url: string, { what, maxBytes = MOST_READ, ...rest }: ReadOptions): Promise<Uint8Array> {
    return readBytes(context, { url, what, maxBytes, headers: headersOf(rest) }, retries());
  }

  return {
    readBytes: read,
    async readJson(url, readOptions) {
      const bytes = await read(url, { accept: 'application/json', ...readOptions });
      try {
        return JSON.parse(Buffer.from(bytes).toString('utf8'));
      } catch (error) {
        throw notJson({ what: readOptions.what, url }, error);
      }
    },
    download(url, { what, checksum, maxBytes = MOST_DOWNLOADED, ...rest }) {
      const key = checksum ?? url;
      const request = { url, what, checksum, maxBytes, headers: { 'accept-encoding': 'identity', ...headersOf(rest) } };
      const known = underWay.get(key);
      if (known) return known;
      const isFile = URL.parse(url)?.protocol === 'file:';
      const fetch = () => (isFile ? putFile(context, request) : download(context, request, retries()));
      const fresh = downloadOnce(context, request, fetch);
      underWay.set(key, fresh);
      return fresh.finally(() => underWay.delete(key));
    },
    close: () => context.connections.close(),
  };
}

async function downloadOnce(
  { store, offline }: DownloadContext,
  { checksum }: DownloadRequest,
  fetch: () => Promise<StoredBlob>,
): Promise<StoredBlob> {
  if (!checksum) return fetch();
  const known = await findDownloaded(store, checksum);
  if (known) return known;
  if (offline) return fetch();
  return store.withLock(`download-${checksum}`, async () => (await findDownloaded(store, checksum)) ?? fetch());
}

function headersOf({ headers, accept }: { headers?: Record<string, string>; accept?: string }): Record<string, string> {
  return { 'user-agent': 'dema', ...(accept ? { accept } : {}), ...headers };
}
