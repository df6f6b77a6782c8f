import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs';
import { constants as system } from 'node:os';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import {
  type Assignments,
  expandValue,
  expandWord,
  type LaunchStep,
  type PlainCommand,
  type ShellCommand,
  type StepGroup,
} from '../launch-steps.ts';
import { splitAssignment } from '../shell-command.ts';
import { addExec } from '../shell-text.ts';

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

/** What the commands before a step have left to it. */
interface State {
  folder: string;
  env: NodeJS.ProcessEnv;
}

async function runSteps(steps: LaunchStep[], state: State, isEnd: boolean): Promise<number> {
  let code = 0;
  for (const [index, step] of steps.entries()) {
    const isDue = step.when === 'always' || (step.when === 'failed') === (code !== 0);
    if (!isDue) continue;
    if (stoppedBy) return code || 128 + system.signals[stoppedBy];
    code = await runStep(step, state, isEnd && index === steps.length - 1);
    if (stoppedBy) return code;
  }
  return code;
}

function runStep(step: LaunchStep, state: State, isLast: boolean): Promise<number> | number {
  if ('steps' in step) return runGroup(step, state, isLast);
  const args = step.takesArguments ? runArguments : [];
  return 'shell' in step ? runShell(step, state, args, isLast) : runPlain(step, state, args, isLast);
}

function runGroup({ folder, variables, path, assignments, steps }: StepGroup, outer: State, isLast: boolean) {
  const env = { ...assign(assignments, outer.env), ...variables };
  if (path.length > 0) env.PATH = [...path, ...(env.PATH ? [env.PATH] : [])].join(':');
  return runSteps(steps, { folder: folder ?? outer.folder, env }, isLast);
}

function runPlain(command: PlainCommand, state: State, args: string[], isLast: boolean): Promise<number> | number {
  const { words, assignments } = command;
  const [program = '', ...rest] = [...words.flatMap((word) => expandWord(word, state.env)), ...args];
  if (program === 'true') return 0;
  if (program === 'cd') return changeFolder(state, rest[0] ?? '');
  if (program === 'echo') return say(rest);
  if (program === 'export') {
    state.env = assign(Object.fromEntries(words.slice(1).map(splitAssignment)), state.env);
    return 0;
  }
  return run([program, ...rest], { ...state, env: assign(assignments, state.env) }, { isLast, isGroup: false });
}

function assign(assignments: Assignments, outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const env = { ...outer };
  for (const [name, value] of Object.entries(assignments)) env[name] = expandValue(value, env);
  return env;
}

function changeFolder(state: State, target: string): number {
  const folder = resolve(state.folder, target);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return fail(1, `there is no folder ${folder}`);
  state.folder = folder;
  return 0;
}

function say(words: string[]): number {
  const isOpen = words[0] === '-n';
  writeSync(1, `${words.slice(isOpen ? 1 : 0).join(' ')}${isOpen ? '' : '\n'}`);
  return 0;
}

/** Traps that let a shell wait until what it runs has ended, and then end too; signals come to all of its group. */
const TRAPS = "trap 'exit 143' TERM; trap 'exit 130' INT; trap 'exit 129' HUP; trap 'exit 131' QUIT";

/** A single program takes the place of its shell; several are a group, because a shell does not pass signals on. */
function runShell({ shell, isSimple }: ShellCommand, state: State, args: string[], isLast: boolean) {
  const text = args.length > 0 ? `${shell} "$@"` : shell;
  const script = isSimple ? addExec(text) : `${TRAPS}\n${text}`;
  const command = ['sh', '-c', script, 'start', ...args];
  return run(command, state, { isLast: isLast && isSimple, isGroup: !isSimple });
}

interface RunOptions {
  isLast: boolean;
  isGroup: boolean;
}

function run([program = '', ...args]: string[], { folder, env }: State, { isLast, isGroup }: RunOptions) {
  if (isLast) giveWay(program, args, { folder, env });
  return new Promise<number>((done) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...env, PWD: folder },
      stdio: 'inherit',
      detached: isGroup,
    });
    current = { child, isGroup };
    child.on('error', (error: NodeJS.ErrnoException) => done(explain(program, folder, error)));
    child.on('exit', (code, signal) => {
      current = undefined;
      done(code ?? 128 + system.signals[signal ?? 'SIGKILL']);
    });
  });
}

function explain(program: string, folder: string, { code, message }: NodeJS.ErrnoException): number {
  if (!statSync(folder, { throwIfNoEntry: false })) return fail(1, `there is no folder ${folder}`);
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
function giveWay(program: string, args: string[], { folder, env }: State): void {
  if (stoppedBy || typeof process.execve !== 'function') return;
  try {
    process.chdir(folder);
  } catch {
    return;
  }
  const path = findProgram(program, env.PATH ?? '');
  if (path) process.execve(path, [program, ...args], { ...env, PWD: folder } as Record<string, string>);
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
runSteps(steps, { folder: process.cwd(), env: { ...process.env } }, true).then((code) => process.exit(code));
