import { isFault } from '@dema/errors';
import { namedIn } from './builder-faults.ts';

/** What is wrong with a place itself; what is wrong with the contents there says where those are. */
const OF_PLACE = /^(OCI|FETCH|IMAGE|CLI_(IMAGE|LIFECYCLE|MODULE|BUILD_IMAGE|BUILDPACK|ARCHIVE|FILE|ARGUMENTS))_/;

/**
 * Whoever opens a place does not know who asks for it: its faults with the origin of the address behind the problem.
 * @param origin an option, or a key with its file
 */
export async function withOriginNamed<T>(origin: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (isFault(error) && OF_PLACE.test(error.code)) throw namedIn(origin, error);
    throw error;
  }
}
