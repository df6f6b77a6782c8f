import { type Fault, isFault } from '@dema/errors';
import { offlineIncomplete } from './faults.ts';

/** As `Promise.all`; where several parts miss packages that the network may not be asked for, one fault names those of all. */
export async function openTogether<T extends readonly unknown[] | []>(
  parts: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  try {
    return await Promise.all(parts);
  } catch (error) {
    if (!isIncomplete(error)) throw error;
    const ended = await Promise.allSettled(parts);
    throw joinIncomplete(ended.flatMap((part) => (part.status === 'rejected' ? [part.reason] : [])));
  }
}

/** One after the other, as each takes all of the machine. Of packages that are missing as `openTogether`. */
export async function openInTurn<In, Out>(wanted: readonly In[], open: (one: In) => Promise<Out>): Promise<Out[]> {
  const opened: Out[] = [];
  const incomplete: unknown[] = [];
  for (const one of wanted) {
    try {
      opened.push(await open(one));
    } catch (error) {
      if (!isIncomplete(error)) throw error;
      incomplete.push(error);
    }
  }
  if (incomplete.length > 0) throw joinIncomplete(incomplete);
  return opened;
}

function isIncomplete(error: unknown): error is Fault {
  return isFault(error, 'CLI_OFFLINE_INCOMPLETE');
}

function joinIncomplete(failures: unknown[]): Fault {
  return offlineIncomplete([...new Set(failures.filter(isIncomplete).flatMap(({ details }) => details))].sort());
}
