import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { constants as system } from 'node:os';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { expandValue, expandWord, type LaunchStep, type PlainCommand } from '../launch-steps.ts';
import { splitAssignment } from '../shell-command.ts';

/**
 * Runs the steps of a file one after the other, as long as each ends well, in place of a shell: a signal reaches the step
 * that runs, and the last one takes the place of this process where Node.js can do that.
 * `run-steps.cjs FILE [ARGUMENT...]`.
 */
const [file = '', ...runArguments] = process.argv.slice(2);

const STOPPING: NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];
const OTHERS: NodeJS.Signals[] = ['SIGUSR2', 'SIGWINCH', 'SIGCONT'];

/** A terminal sends these to all who listen to it, so also to the step. */
const OF_TERMINAL: NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH'];

let current: { child: ChildProcess; isGroup: boolean } | undefined;
let stoppedBy: NodeJS.Signals | undefined;

function pass(signal: NodeJS.Signals): void {
  if (STOPPING.includes(signal)) stoppedBy ??= signal;
  const { child, isGroup } = current ?? {};
  if (!child?.pid || (!isGroup && OF_TERMINAL.includes(signal) && isatty(0))) return;
  try {
    process.kill(isGroup ? -child.pid : child.pid, signal);
  } catch {
    // It has just ended.
  }
}

async function runSteps(steps: LaunchStep[]): Promise<number> {
  let code = 0;
  for (const [index, step] of steps.entries()) {
    if (stoppedBy) return code || 128 + system.signals[stoppedBy];
    const args = step.takesArguments ? runArguments : [];
    code = 'shell' in step ? await runShell(step.shell, args) : await runPlain(step, args, index === steps.length - 1);
    if (stoppedBy || code !== 0) return code;
  }
  return code;
}

async function runPlain({ words, assignments }: PlainCommand, args: string[], isLast: boolean): Promise<number> {
  const [program = '', ...rest] = [...words.flatMap((word) => expandWord(word, process.env)), ...args];
  if (program === 'cd') return changeFolder(rest[0] ?? '');
  const env = { ...process.env };
  if (program === 'export') {
    for (const word of words.slice(1))
      process.env[splitAssignment(word)[0]] = expandValue(splitAssignment(word)[1], env);
    return 0;
  }
  for (const [name, value] of Object.entries(assignments)) env[name] = expandValue(value, env);
  if (isLast) giveWay(program, rest, env);
  return runChild(program, rest, env, false);
}

function changeFolder(folder: string): number {
  try {
    process.chdir(folder);
    return 0;
  } catch {
    return fail(1, `there is no folder ${resolve(folder)}`);
  }
}

/**
 * In a group of its own, because a shell does not pass signals to what it runs. With these traps it waits until that has
 * ended, and then ends too.
 */
const TRAPS = "trap 'exit 143' TERM; trap 'exit 130' INT; trap 'exit 129' HUP; trap 'exit 131' QUIT";

function runShell(text: string, args: string[]): Promise<number> {
  const script = args.length > 0 ? `${text} "$@"` : text;
  return runChild('sh', ['-c', `${TRAPS}\n${script}`, 'start', ...args], process.env, true);
}

function runChild(program: string, args: string[], env: NodeJS.ProcessEnv, isGroup: boolean): Promise<number> {
  return new Promise((done) => {
    const child = spawn(program, args, { env, stdio: 'inherit', detached: isGroup });
    current = { child, isGroup };
    child.on('error', (error: NodeJS.ErrnoException) => done(explain(program, error)));
    child.on('exit', (code, signal) => {
      current = undefined;
      done(code ?? 128 + system.signals[signal ?? 'SIGKILL']);
    });
  });
}

function explain(program: string, { code, message }: NodeJS.ErrnoException): number {
  if (code !== 'ENOENT') return fail(126, `${program} cannot be run: ${message}`);
  if (program !== 'sh') return fail(127, `there is no program ${program} on PATH`);
  return fail(
    127,
    `this start script needs a shell, and the image has none. Without |, ;, <, > and $(...) it needs none`,
  );
}

function fail(code: number, problem: string): number {
  process.stderr.write(`error: the start script cannot go on: ${problem}\n`);
  return code;
}

/** Returns when this Node.js cannot, or the program is not there. */
function giveWay(program: string, args: string[], env: NodeJS.ProcessEnv): void {
  const path = stoppedBy ? undefined : findProgram(program, env.PATH ?? '');
  if (!path || typeof process.execve !== 'function') return;
  process.execve(path, [program, ...args], env as Record<string, string>);
}

function findProgram(program: string, path: string): string | undefined {
  const places = program.includes('/') ? [program] : path.split(':').map((folder) => `${folder || '.'}/${program}`);
  return places.find((place) => isProgram(place));
}

/** One that the kernel starts: another file that may be executed is for a shell. */
function isProgram(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    const bytes = Buffer.alloc(4);
    const descriptor = openSync(place, 'r');
    readSync(descriptor, bytes);
    closeSync(descriptor);
    return bytes.toString('latin1') === '\x7fELF' || bytes.toString('latin1', 0, 2) === '#!';
  } catch {
    return false;
  }
}

for (const signal of [...STOPPING, ...OTHERS]) process.on(signal, pass);
const { steps } = JSON.parse(readFileSync(file, 'utf8')) as { steps: LaunchStep[] };
runSteps(steps).then((code) => process.exit(code));
