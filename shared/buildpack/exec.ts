import { type Fault, redact } from '@dema/errors';
import type { ExecResult, exec as execute } from '@dema/exec';
import { commandFailed } from './faults.ts';
import { explainFailure, type KnownFailure, lastLines } from './known-failure.ts';
import type { Layers } from './layers.ts';
import { formatDuration, type Log } from './log.ts';

export type RunProgram = typeof execute;

export interface ExecOptions {
  /** Absolute; without one, the app's root. */
  cwd?: string;
  /** Added to the variables of the build. */
  env?: Record<string, string>;
  /** Nothing about the program appears in the log. */
  quiet?: boolean;
  /** Lines that do not appear in the log, for instance because the fault tells them better. */
  hide?: (line: string) => boolean;
  /** How it is known to fail. What none of them explains is BUILDPACK_COMMAND_FAILED with the last lines. */
  failures?: KnownFailure[];
  /** The fault for an exit code other than 0, in place of the table. */
  failure?: (result: ExecResult) => Fault;
}

/** Runs a program; its output appears in the log as it comes. The build layers made so far are on its search paths. */
export type Exec = (command: string, args: string[], options?: ExecOptions) => Promise<ExecResult>;

export interface ExecParts {
  run: RunProgram;
  app: string;
  env: Record<string, string>;
  layers: Layers;
  log: Log;
}

export function createExec({ run, app, env, layers, log }: ExecParts): Exec {
  return async (command, args, options = {}) => {
    const { quiet = false, hide, failures = [], failure } = options;
    if (!quiet) log.detail(`$ ${[command, ...args].map(quote).join(' ')}`);
    const result = await run(command, args, {
      cwd: options.cwd ?? app,
      env: { ...layers.withBuildLayers(env), ...options.env },
      onLine(line) {
        if (!quiet && line.trim() !== '' && !hide?.(line)) log.output(redact(line));
      },
    });
    if (!quiet) log.detail(`took ${formatDuration(result.durationMs)}`);
    if (result.code === 0) return result;
    const explained = failure?.(result) ?? explainFailure(result, failures);
    throw explained ?? commandFailed([command, ...args], result.code, lastLines(result));
  };
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
