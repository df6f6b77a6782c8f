import { fault, isFault } from '@dema/errors';
import { EXIT } from '@dema/spec';
import type { Phase } from './events.ts';

/** What a phase ends with when nothing more exact is known (Platform specification, "Exit Codes"). */
const PHASE_EXIT: Record<Phase, number> = {
  analyze: EXIT.analyze,
  detect: EXIT.detect,
  restore: EXIT.restore,
  build: EXIT.build,
  export: EXIT.export,
};

/**
 * The failure of a phase with the exit code that the specification has for it. A fault that has a code of its own keeps it;
 * one of the user's app, which the specification does not know, stays a general one, as does a mistake of ours.
 */
export function withPhaseExit(phase: Phase, error: unknown): unknown {
  if (!isFault(error) || error.exitCode !== EXIT.generic || error.blame === 'user') return error;
  const { code, problem, fix, blame, details, cause } = error;
  return fault(code, { problem, fix, blame, details, cause, exitCode: PHASE_EXIT[phase] });
}
