import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exec } from './index.ts';

const env = { PATH: '/usr/bin:/bin' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exec-'));
});

afterEach(() => rm(folder, { recursive: true }));

function sh(script: string, options: Partial<Parameters<typeof exec>[2]> = {}) {
  return exec('sh', ['-c', script], { env, ...options });
}

/** A process that ended but was not looked at by its parent, as in a container without an init, does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('gives the exit status and both outputs', async () => {
  expect(await sh('echo out; echo err >&2; exit 3')).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('the program sees the given environment and nothing else', async () => {
  const { stdout } = await exec('/usr/bin/env', [], { env: { ONE: '1' } });
  expect(stdout).toBe('ONE=1\n');
});

test('arguments are not read by a shell', async () => {
  expect((await exec('printf', ['%s', '$HOME; `id` *'], { env })).stdout).toBe('$HOME; `id` *');
});

test('lines come one by one, also a last one without its end', async () => {
  const lines: string[] = [];
  await sh('printf "one\\r\\ntwo\\nthr"; printf ee; echo four >&2', {
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  });
  expect(lines.sort()).toEqual(['stderr four', 'stdout one', 'stdout three', 'stdout two']);
});

test('input reaches the program, and one that does not read it does no harm', async () => {
  expect((await exec('cat', [], { env, input: 'text' })).stdout).toBe('text');
  expect((await exec('true', [], { env, input: new Uint8Array(1 << 20) })).code).toBe(0);
});

test('without input, standard input is empty', async () => {
  expect(await exec('cat', [], { env })).toMatchObject({ code: 0, stdout: '' });
});

test('of a long output the head and the tail are kept', async () => {
  const { stdout } = await sh('echo first; seq 1 20000; echo last', { maxCapture: 100 });
  expect(stdout).toMatch(/^first\n1\n2\n[\s\S]*\[\.\.\. \d+ bytes left out \.\.\.\][\s\S]*20000\nlast\n$/);
  expect(stdout.length).toBeLessThan(150);
});

test('a signal that ended the program is reported', async () => {
  expect(await sh('kill -KILL $$')).toMatchObject({ code: 137, signal: 'SIGKILL' });
});

test('a missing program is a fault that names it', async () => {
  await expect(exec('no-such-program', [], { env })).rejects.toMatchObject({ code: 'EXEC_COMMAND_MISSING' });
});

test('a file that is no program, and a missing folder, are faults of their own', async () => {
  await writeFile(join(folder, 'plain'), '');
  await expect(exec(join(folder, 'plain'), [], { env })).rejects.toMatchObject({ code: 'EXEC_COMMAND_NOT_EXECUTABLE' });
  await chmod(join(folder, 'plain'), 0o755);
  await expect(exec('true', [], { env, cwd: join(folder, 'none') })).rejects.toMatchObject({
    code: 'EXEC_FOLDER_MISSING',
  });
});

test('the time-out ends the program with its children', async () => {
  const pids: number[] = [];
  const options = { timeoutMs: 100, onLine: (line: string) => pids.push(Number(line)) };
  await expect(sh('sleep 60 & echo $!; wait', options)).rejects.toMatchObject({ code: 'EXEC_COMMAND_TIMED_OUT' });
  await expect.poll(() => pids.map(isRunning)).toEqual([false]);
});

test('an abort ends the program with its children, also when they do not want to', async () => {
  const controller = new AbortController();
  const pids: number[] = [];
  const run = sh('trap "" TERM; sh -c \'trap "" TERM; echo $$; sleep 60\'', {
    signal: controller.signal,
    graceMs: 50,
    onLine(line) {
      pids.push(Number(line));
      controller.abort(new Error('enough'));
    },
  });
  await expect(run).rejects.toThrow('enough');
  await expect.poll(() => pids.map(isRunning)).toEqual([false]);
});

test('nothing is started for a signal that is aborted already', async () => {
  const signal = AbortSignal.abort(new Error('before'));
  await expect(exec('touch', [join(folder, 'started')], { env, signal })).rejects.toThrow('before');
});

test('a child in the background that holds the output open is not waited for', async () => {
  const pids: number[] = [];
  const { code } = await sh('sleep 60 & echo $!', { onLine: (line) => pids.push(Number(line)) });
  expect(code).toBe(0);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
});

test('nothing outlives a caller that dies of a signal', async () => {
  const script = `import { exec } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    await exec('sh', ['-c', 'echo $$; sleep 60'], { env: { PATH: '/usr/bin:/bin' },
      onLine: (line) => { console.log(line); process.kill(process.pid, 'SIGTERM'); } });`;
  const { signal, stdout } = await exec(process.execPath, ['--input-type=module', '-e', script], { env });
  expect(signal).toBe('SIGTERM');
  await expect.poll(() => isRunning(Number(stdout))).toBe(false);
});

test('further descriptors are passed on', async () => {
  const { stdout } = await sh('test -e /proc/self/fd/3 && echo yes', { descriptors: [1] });
  expect(stdout).toBe('yes\n');
});
