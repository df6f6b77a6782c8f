import { isFault } from '@dema/errors';
import { offlineIncomplete } from './faults.ts';

/** As `Promise.all`; where several parts miss packages that the network may not be asked for, one fault names those of all. */
export async function openTogether<A, B, C>(parts: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> {
  try {
    return await Promise.all(parts);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const ended = await Promise.allSettled(parts);
    const missing = ended.flatMap((part) =>
      part.status === 'rejected' && isMissing(part.reason) ? part.reason.details : [],
    );
    throw offlineIncomplete([...new Set(missing)].sort());
  }
}

function isMissing(error: unknown) {
  return isFault(error, 'CLI_OFFLINE_INCOMPLETE');
}
