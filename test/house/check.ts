import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from './repository.ts';

const TASKS = ['check:lint', 'check:types', 'check:unused', 'check:rules'];
const HELP = `npm run check [-- --fix]

Format and lint, types, what nothing uses, and the rules of the house, side by side; what has not changed since it was last
well is not looked at again. --fix first mends what can be mended without thinking.
`;

const QUIET = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };

/** Prints nothing of a task that is well, and gives 1 when one is not. */
async function check(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  if (args.includes('--fix')) await run('biome', ['check', '--write', '--log-level=none']);
  const started = performance.now();
  const { code, output } = await run('turbo', [
    'run',
    ...TASKS,
    '--continue',
    '--output-logs=errors-only',
    '--log-prefix=none',
    '--ui=stream',
  ]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(code === 0 ? `format, lint, types, unused code, rules: all well (${seconds} s)\n` : output);
  return code === 0 ? 0 : 1;
}

/** `output` is without turbo's own lines. */
async function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(join(ROOT, 'node_modules/.bin', command), args, {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const lines = `${out}${err}`
    .split('\n')
    .filter((line) => !/^\s*(•|>|cache (miss|hit)|Tasks:|Cached:|Time:|\/\/#)/.test(line));
  return {
    code,
    output: `${lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`,
  };
}

process.exitCode = await check(process.argv.slice(2));
