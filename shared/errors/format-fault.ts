import { type Fault, isFault } from './fault.ts';
import { redact } from './redact.ts';

const CLOSING = {
  user: '',
  platform: 'This is about the machine or a service that the build stands on, not about your app.',
  bug: 'This is a bug in Dema. Please report it with the output above and the one of `dema doctor`.',
};

/** What a person reads: the problem, its details, what to do, and the code by which the documentation names it. */
export function formatFault({ code, problem, details, fix, blame }: Fault): string {
  const lines = [`error: ${problem}`, ...details.map((line) => `  | ${line}`), `what to do: ${fix}`];
  if (CLOSING[blame]) lines.push(CLOSING[blame]);
  lines.push(`(${code})`);
  return redact(lines.join('\n'));
}

/** Any thrown value as a fault; what is not one is a bug of ours and keeps its stack as details. */
export function asFault(error: unknown, toFault: (problem: string, details: string[]) => Fault): Fault {
  if (isFault(error)) return error;
  const problem = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : [];
  return toFault(problem, stack);
}
