import type { RunProgram } from '@dema/buildpack';

export interface CommandRun {
  /** The command line, words with a blank between them. */
  line: string;
  cwd: string;
  env: Record<string, string>;
}

export interface CommandOutcome {
  code?: number;
  stdout?: string;
  stderr?: string;
}

/** What a program would do, instead of the program: by a pattern of its command line. */
export interface ScriptedCommand {
  line: RegExp;
  /** Success without output when there is none, or when it returns nothing. */
  run?: (run: CommandRun) => Promise<CommandOutcome | undefined>;
}

export interface ScriptedCommands {
  run: RunProgram;
  /** All that was run, in order. */
  runs: CommandRun[];
}

/** Runs no program; a command that no script is for is a mistake of the test. */
export function scriptCommands(scripts: ScriptedCommand[]): ScriptedCommands {
  const runs: CommandRun[] = [];
  return {
    runs,
    async run(command, args, { cwd = '', env, onLine }) {
      const run = { line: [command, ...args].join(' '), cwd, env };
      runs.push(run);
      const script = scripts.find(({ line }) => line.test(run.line));
      if (!script) throw new Error(`no scripted command for: ${run.line}`);
      const { code = 0, stdout = '', stderr = '' } = (await script.run?.(run)) ?? {};
      for (const line of stdout.split('\n').filter(Boolean)) onLine?.(line, 'stdout');
      for (const line of stderr.split('\n').filter(Boolean)) onLine?.(line, 'stderr');
      return { code, stdout, stderr, durationMs: 1 };
    },
  };
}
