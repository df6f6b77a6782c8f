import { asFault, isFault } from '@dema/errors';
import { type MovedTag, moveTag, parseRegistryName } from '@dema/oci';
import { unexpected } from '../faults.ts';
import { sideBySide } from '../rebase/side-by-side.ts';
import { type RegistryChoices, registryOptions } from '../registry-destination.ts';
import type { MovedByRollout } from './journal.ts';

/** What became of a tag that a roll-out moved. */
export interface RolledBack {
  image: string;
  /** `kept`: somebody moved it since, and it stays there. */
  outcome: 'rolled-back' | 'as-before' | 'kept' | 'failed';
  reason?: string;
}

export interface RollBackOptions {
  registry: RegistryChoices;
  jobs: number;
  signal: AbortSignal;
  /** Writes nothing; `rolled-back` is then what would be. */
  isDryRun: boolean;
  onOutcome: (outcome: RolledBack) => void;
}

/** Points tags back to what they pointed to before a roll-out, each only where it still points to what that wrote. */
export async function rollBack(
  moved: MovedByRollout[],
  { jobs, signal, onOutcome, ...how }: RollBackOptions,
): Promise<void> {
  await sideBySide(moved, jobs, async (one) => {
    signal.throwIfAborted();
    onOutcome({ image: one.image, ...(await rollBackOne(one, how)) });
  });
}

async function rollBackOne(
  { image, before, after }: MovedByRollout,
  { registry, isDryRun }: Pick<RollBackOptions, 'registry' | 'isDryRun'>,
): Promise<Omit<RolledBack, 'image'>> {
  if (before === undefined) return { outcome: 'kept', reason: 'nothing had this name before' };
  try {
    const name = parseRegistryName(image);
    const move = { from: after, to: before, isDryRun };
    return describe(await moveTag(name, move, registryOptions(name, registry)), before);
  } catch (error) {
    if (isFault(error, 'OCI_REGISTRY_TAG_TAKEN')) return { outcome: 'kept', reason: error.problem };
    return { outcome: 'failed', reason: asFault(error, unexpected).problem };
  }
}

function describe(moved: MovedTag, before: string): Omit<RolledBack, 'image'> {
  switch (moved.outcome) {
    case 'moved':
      return { outcome: 'rolled-back' };
    case 'there':
      return { outcome: 'as-before' };
    case 'lost':
      return { outcome: 'failed', reason: `the registry does not have ${before} any more` };
    case 'elsewhere':
      return { outcome: 'kept', reason: `it points to ${moved.digest ?? 'nothing'} by now` };
  }
}
