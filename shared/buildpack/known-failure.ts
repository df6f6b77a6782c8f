import { type Blame, type Fault, fault } from '@dema/errors';
import type { ExecResult } from '@dema/exec';

/** A way in which a program is known to fail, told as a fault that says what to do. */
export interface KnownFailure {
  /** Of the fault, such as RUST_CRATE_MISSING. */
  code: string;
  /** Matches one line of what the program printed. */
  when: RegExp;
  /** `$1` and so on stand for what the groups of `when` matched. */
  problem: string;
  fix: string;
  /** The user's without one. */
  blame?: Blame;
}

const SHOWN_LINES = 20;

/** The fault for the first entry of the table that a line matches. Its details are the last lines that the program printed. */
export function explainFailure(result: ExecResult, known: KnownFailure[]): Fault | undefined {
  const lines = `${result.stderr}\n${result.stdout}`.split('\n').map((line) => line.trimEnd());
  for (const { code, when, problem, fix, blame = 'user' } of known) {
    const match = lines.map((line) => when.exec(line)).find(Boolean);
    if (!match) continue;
    const fill = (text: string) => text.replace(/\$(\d)/g, (_, index) => match[Number(index)] ?? '');
    return fault(code, { problem: fill(problem), fix: fill(fix), blame, details: lastLines(result) });
  }
  return undefined;
}

/** The end of what a failed program printed: errors, or its output when there are none. */
export function lastLines({ stdout, stderr }: ExecResult): string[] {
  const lines = (stderr.trim() || stdout.trim()).split('\n');
  return lines.slice(-SHOWN_LINES);
}
