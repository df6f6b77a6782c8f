import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { captureOutput } from './captured-output.ts';
import { commandMissing, commandNotExecutable, folderMissing, timedOut } from './faults.ts';
import { splitLines } from './line-splitter.ts';
import { killGroup, trackGroup, untrackGroup } from './process-groups.ts';

const DEFAULT_CAPTURE = 1024 * 1024;
const GRACE_MS = 5000;
const LINGER_MS = 1000;

export type OutputStream = 'stdout' | 'stderr';

export interface ExecOptions {
  cwd?: string;
  /** The whole environment of the program; nothing is inherited. */
  env: Record<string, string>;
  /** Given to its standard input, which is empty otherwise. */
  input?: string | Uint8Array;
  /** Called for each line, without its end, while the program runs. */
  onLine?: (line: string, stream: OutputStream) => void;
  /** Ends the program after this time, with the fault EXEC_COMMAND_TIMED_OUT. */
  timeoutMs?: number;
  /** Ends the program; the call is then rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Bytes kept of each stream: its head and its tail. 1 MiB without it. */
  maxCapture?: number;
  /** `inherit` gives the program our terminal; nothing is captured then. */
  stdio?: 'capture' | 'inherit';
  /** Open descriptors that the program gets as 3, 4, ... */
  descriptors?: number[];
  /** A process group of its own, which is ended as a whole. Default, but with `inherit`, where it would lose the terminal. */
  detached?: boolean;
  /** Time between SIGTERM and SIGKILL when the program is ended. 5 s without it. */
  graceMs?: number;
}

export interface ExecResult {
  /** Exit status; 128 + number of the signal that ended the program, as shells count. */
  code: number;
  signal?: NodeJS.Signals;
  stdout: string;
  stderr: string;
  durationMs: number;
}

/**
 * Runs a program to its end. Never rejected for an exit status.
 * Faults: EXEC_COMMAND_MISSING, EXEC_COMMAND_NOT_EXECUTABLE, EXEC_FOLDER_MISSING, EXEC_COMMAND_TIMED_OUT.
 */
export async function exec(command: string, args: string[], options: ExecOptions): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const started = performance.now();
  const grouped = options.detached ?? options.stdio !== 'inherit';
  const child = start(command, args, options, grouped);
  const out = collect(child.stdout, 'stdout', options);
  const err = collect(child.stderr, 'stderr', options);
  feed(child, options.input);
  const stopper = watchForEnd(child, options, grouped);
  try {
    const { code, signal } = await waitForEnd(child).catch(async (error: unknown) => {
      throw await startFault(command, options, error);
    });
    if (stopper.reason === 'timeout') throw timedOut(command, options.timeoutMs ?? 0, err.render() || out.render());
    if (stopper.reason === 'abort') throw options.signal?.reason;
    const status = signal ? 128 + constants.signals[signal] : (code ?? 0);
    const durationMs = Math.round(performance.now() - started);
    return { code: status, signal: signal ?? undefined, stdout: out.render(), stderr: err.render(), durationMs };
  } finally {
    stopper.done();
  }
}

function start(command: string, args: string[], options: ExecOptions, grouped: boolean): ChildProcess {
  const stream = options.stdio === 'inherit' ? 'inherit' : 'pipe';
  const input = options.input === undefined ? (stream === 'inherit' ? 'inherit' : 'ignore') : 'pipe';
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [input, stream, stream, ...(options.descriptors ?? [])],
    detached: grouped,
  });
  if (grouped && child.pid) trackGroup(child.pid);
  return child;
}

function collect(stream: Readable | null, name: OutputStream, { onLine, maxCapture }: ExecOptions) {
  const captured = captureOutput(maxCapture ?? DEFAULT_CAPTURE);
  if (!stream) return captured;
  const lines = onLine && splitLines((line) => onLine(line, name));
  stream.on('data', (chunk: Buffer) => {
    captured.add(chunk);
    lines?.add(chunk);
  });
  stream.once('close', () => lines?.end());
  return captured;
}

function feed({ stdin }: ChildProcess, input: string | Uint8Array | undefined): void {
  // A program may end without reading its input to the end.
  stdin?.on('error', () => undefined);
  stdin?.end(input);
}

interface Stopper {
  reason?: 'timeout' | 'abort';
  done(): void;
}

function watchForEnd(child: ChildProcess, { timeoutMs, signal, graceMs }: ExecOptions, grouped: boolean): Stopper {
  let killer: NodeJS.Timeout | undefined;
  function send(name: NodeJS.Signals): void {
    if (grouped && child.pid) killGroup(child.pid, name);
    else child.kill(name);
  }
  function stop(reason: 'timeout' | 'abort'): void {
    if (stopper.reason) return;
    stopper.reason = reason;
    send('SIGTERM');
    killer = setTimeout(() => send('SIGKILL'), graceMs ?? GRACE_MS);
  }
  const onAbort = () => stop('abort');
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  const stopper: Stopper = {
    done() {
      clearTimeout(timer);
      clearTimeout(killer);
      signal?.removeEventListener('abort', onAbort);
      if (stopper.reason) send('SIGKILL');
      if (grouped && child.pid) untrackGroup(child.pid);
    },
  };
  return stopper;
}

/** A program's background children may hold its output open; they are waited for only as long as they say something. */
function waitForEnd(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    let linger: NodeJS.Timeout | undefined;
    child.once('error', reject);
    child.once('exit', () => {
      const streams = [child.stdout, child.stderr];
      const close = () => {
        for (const stream of streams) stream?.destroy();
      };
      linger = setTimeout(close, LINGER_MS);
      for (const stream of streams) stream?.on('data', () => linger?.refresh());
    });
    child.once('close', (code, signal) => {
      clearTimeout(linger);
      resolve({ code, signal });
    });
  });
}

async function startFault(command: string, { cwd, env }: ExecOptions, error: unknown): Promise<unknown> {
  const { code, syscall = '' } = error as NodeJS.ErrnoException;
  if (!syscall.startsWith('spawn')) return error;
  if (cwd && !(await stat(cwd).catch(() => undefined))?.isDirectory()) return folderMissing(command, cwd);
  return code === 'ENOENT' ? commandMissing(command, env.PATH) : commandNotExecutable(command, error);
}
