import { isFault } from '@dema/errors';
import { archiveInvalid } from './package-faults.ts';

/** Whoever reads a tar archive does not know where it is from: fault CLI_ARCHIVE_INVALID with its name for those of reading one. */
export async function withArchiveNamed<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isFault(error) && /^ARCHIVE_(TAR|TRUNCATED|COMPRESSION)/.test(error.code)) throw archiveInvalid(name, error);
    throw error;
  }
}
