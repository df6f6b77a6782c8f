import { isFault } from '@dema/errors';
import type { Fetcher } from '@dema/fetch';
import type { Store } from '@dema/store';
import {
  debianReleaseExpired,
  debianReleaseInvalid,
  debianReleaseMissing,
  debianReleaseOlder,
  debianSignatureInvalid,
} from './faults.ts';
import type { DebianMirror } from './find-debian-mirror.ts';
import { parseRelease, type Release } from './release.ts';
import { verifySigned } from './signature.ts';

export interface Suite {
  /** Also its codename. */
  name: string;
  /** Which address of the mirror serves it. */
  archive: 'archive' | 'security';
}

export interface SignedRelease extends Release {
  /** Folder of the suite on the mirror. */
  url: string;
}

export interface ReadReleaseContext {
  mirror: DebianMirror;
  fetcher: Fetcher;
  keys: string[];
  now: Date;
  /** Remembers the newest state of each suite that was seen. */
  store: Store;
  allowExpired: boolean;
}

const SEEN = 'debian-release-seen';
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The suite's `InRelease`, signed by one of the keys, of the suite that was asked for, not past its `Valid-Until`, and not
 * older than one that this address served before: a main suite has no `Valid-Until`, so nothing else shows that somebody
 * serves an old state of it.
 */
export async function readRelease(suite: Suite, context: ReadReleaseContext): Promise<SignedRelease> {
  const folder = `${context.mirror[suite.archive]}/dists/${suite.name}`;
  const url = `${folder}/InRelease`;
  const { text, problems } = await verifySigned(await readDocument(url, suite, context), context.keys, context.now);
  if (text === undefined) throw debianSignatureInvalid(url, problems);
  const release = parseRelease(text);
  if (!release) throw debianReleaseInvalid(url, 'is signed but is no release file');
  if (release.codename !== suite.name) throw debianReleaseInvalid(url, `is that of "${release.codename}"`);
  if (release.validUntil && release.validUntil < context.now && !context.allowExpired) {
    throw debianReleaseExpired(url, release.validUntil, context.now);
  }
  await refuseOlder(url, release, context.store);
  return { ...release, url: folder };
}

async function refuseOlder(url: string, { date }: Release, store: Store): Promise<void> {
  const seen = await store.readRecord(SEEN, url);
  const newest = typeof seen === 'string' ? new Date(seen) : undefined;
  if (newest && date < newest) throw debianReleaseOlder(url, date, newest);
  if (newest?.getTime() !== date.getTime()) await store.writeRecord(SEEN, url, date.toISOString());
}

async function readDocument(url: string, suite: Suite, { mirror, fetcher }: ReadReleaseContext): Promise<string> {
  try {
    const options = { maxBytes: MAX_BYTES, headers: mirror.headersFor(url), what: `release file of ${suite.name}` };
    return new TextDecoder().decode(await fetcher.readBytes(url, options));
  } catch (error) {
    if (!isFault(error, 'FETCH_NOT_FOUND')) throw error;
    const setting = suite.archive === 'security' ? 'DEMA_DEBIAN_SECURITY_MIRROR' : 'DEMA_DEBIAN_MIRROR';
    throw debianReleaseMissing(url, setting, error);
  }
}
