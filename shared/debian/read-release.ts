import { isFault } from '@dema/errors';
import type { Fetcher } from '@dema/fetch';
import { debianReleaseExpired, debianReleaseInvalid, debianReleaseMissing, debianSignatureInvalid } from './faults.ts';
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
}

const MAX_BYTES = 8 * 1024 * 1024;

/** The suite's `InRelease`, signed by one of the keys, of the suite that was asked for, and not past its `Valid-Until`. */
export async function readRelease(suite: Suite, context: ReadReleaseContext): Promise<SignedRelease> {
  const folder = `${context.mirror[suite.archive]}/dists/${suite.name}`;
  const url = `${folder}/InRelease`;
  const { text, problems } = await verifySigned(await readDocument(url, suite, context), context.keys, context.now);
  if (text === undefined) throw debianSignatureInvalid(url, problems);
  const release = parseRelease(text);
  if (!release) throw debianReleaseInvalid(url, 'is signed but is no release file');
  if (release.codename !== suite.name) throw debianReleaseInvalid(url, `is that of "${release.codename}"`);
  if (release.validUntil && release.validUntil < context.now) {
    throw debianReleaseExpired(url, release.validUntil, context.now);
  }
  return { ...release, url: folder };
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
