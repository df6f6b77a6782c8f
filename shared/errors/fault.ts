/** Who can mend it: the person whose app or settings it is, the machine or a service it stands on, or this project. */
export type Blame = 'user' | 'platform' | 'bug';

export interface FaultDetails {
  /** What was found, one or more sentences, with the names of the files, settings or addresses concerned. */
  problem: string;
  /** What to do about it: the file or setting to change and, where it is known, the exact value. */
  fix: string;
  blame: Blame;
  /** Output of a tool or a list of facts that help to understand the problem; printed under it, indented. */
  details?: string[];
  /** Exit code of the command line; without one it is 1. Codes of the lifecycle are in `shared/spec`. */
  exitCode?: number;
  cause?: unknown;
}

/**
 * The one shape of every error that a person can meet. Made by `fault`, never by `new`.
 * `code` is stable, `<AREA>_<THING>_<STATE>`, and never used for something else.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string;
  readonly problem: string;
  readonly fix: string;
  readonly blame: Blame;
  readonly details: string[];
  readonly exitCode: number;

  constructor(code: string, { problem, fix, blame, details = [], exitCode = 1, cause }: FaultDetails) {
    super(`${code}: ${problem}`, { cause });
    this.code = code;
    this.problem = problem;
    this.fix = fix;
    this.blame = blame;
    this.details = details;
    this.exitCode = exitCode;
  }
}

export function fault(code: string, details: FaultDetails): Fault {
  return new Fault(code, details);
}

export function isFault(error: unknown, code?: string): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}
