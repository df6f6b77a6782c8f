import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LaunchStep, StepGroup } from '../launch-steps.ts';

const PROGRAM = join(import.meta.dirname, 'run-steps.ts');

/** Says that it runs, and ends in peace when it is told to. */
const APP = `
process.stdout.on('error', () => undefined);
process.on('SIGTERM', () => {
  require('fs').writeFileSync('closed', 'closed');
  console.log('closed');
  process.exit(0);
});
console.log('runs', process.pid);
setInterval(() => undefined, 1000);
`;

let folder = '';
const left: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-steps-'));
  const say = 'console.log(JSON.stringify([process.argv.slice(2), process.cwd().split("/").at(-1), process.env.SAID]))';
  await writeFiles(folder, { 'sub/say.js': say, 'app.js': APP, 'end.js': 'process.exit(Number(process.argv[2]))' });
});

afterAll(async () => {
  for (const child of left) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function plain(text: string, more: object = {}): LaunchStep {
  return { words: text.split(' '), assignments: {}, ...more };
}

function group(steps: LaunchStep[]): StepGroup {
  return { variables: {}, path: [], assignments: {}, steps };
}

function say(text: string, when?: LaunchStep['when']): LaunchStep {
  return { words: ['echo', text], assignments: {}, ...(when && { when }) };
}

async function start(steps: LaunchStep[], { args = [], env = {} }: { args?: string[]; env?: object } = {}) {
  const file = join(folder, `steps-${left.length}.json`);
  await writeFiles(folder, {
    [`steps-${left.length}.json`]: JSON.stringify({ steps }).replaceAll('SUB', join(folder, 'sub')),
  });
  const child = spawn(process.execPath, [PROGRAM, file, ...args], { cwd: folder, env: { ...process.env, ...env } });
  left.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  async function until(text: string): Promise<void> {
    while (!output.includes(text)) await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }));
  return { child, until, ended };
}

test('folders and variables of a step are there for those after it', async () => {
  const { ended } = await start(
    [
      plain('cd sub'),
      { words: ['export', ['SAID=', { variable: 'FIRST', isQuoted: true }]], assignments: {} },
      plain('node say.js one'),
      {
        words: ['node', 'say.js', [{ variable: 'TWO', isQuoted: false }]],
        assignments: { SAID: 'b' },
        takesArguments: true,
      },
    ],
    { args: ['x y'], env: { FIRST: 'a a', TWO: '1 2' } },
  );
  expect(await ended).toEqual({
    code: 0,
    signal: null,
    output: '[["one"],"sub","a a"]\n[["1","2","x y"],"sub","b"]\n',
  });
});

test('what a group changes ends with it', async () => {
  const inner = { ...group([{ words: ['export', 'SAID=in'], assignments: {} }, plain('node say.js')]), folder: 'SUB' };
  const say = ['console.log(process.env.SAID, process.env.MORE, process.env.PATH.split(":").slice(0, 2).join())'];
  const outer = {
    ...group([{ words: ['node', '-e', ...say], assignments: { SAID: 'a' } }]),
    variables: { MORE: 'npm' },
    path: ['/one', '/two'],
  };
  const { ended } = await start([inner, outer, plain('node sub/say.js')], { env: { SAID: 'out' } });
  const output = '[[],"sub","in"]\na npm /one,/two\n[[],"FOLDER","out"]\n';
  expect(await ended).toEqual({ code: 0, signal: null, output: output.replace('FOLDER', basename(folder)) });
});

test.each<[string, LaunchStep[], string, number]>([
  ['a && b || c', [plain('node end.js 1'), say('b'), say('c', 'failed')], 'c\n', 0],
  ['a || b && c', [plain('true'), say('b', 'failed'), say('c')], 'c\n', 0],
  ['a; b', [plain('node end.js 3'), say('b', 'always')], 'b\n', 0],
  ['a && b', [say('a'), plain('node end.js 3')], 'a\n', 3],
  ['(a && b) || c', [group([plain('node end.js 1'), say('b')]), say('c', 'failed')], 'c\n', 0],
])('%s', async (_, steps, output, code) => {
  expect(await (await start(steps)).ended).toEqual({ code, signal: null, output });
});

test('a single command that a shell starts takes the place of all', async () => {
  const shell = { shell: 'SAID=$(echo said) node app*.js 2>&1', isSimple: true };
  const { child, until, ended } = await start([plain('true'), shell]);
  await until(`runs ${child.pid}\n`);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0 });
});

test('a step that fails is the last', async () => {
  const { ended } = await start([plain('node end.js 0'), plain('node end.js 7'), plain('node sub/say.js')]);
  expect(await ended).toEqual({ code: 7, signal: null, output: '' });
});

test('the last step takes the place of the program', async () => {
  const { child, until, ended } = await start([plain('node end.js 0'), plain('node app.js')]);
  await until(`runs ${child.pid}\n`);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, output: `runs ${child.pid}\nclosed\n` });
});

test('on a Node.js that cannot give way, a signal is handed to the last step', async () => {
  await writeFiles(folder, { 'old.js': 'process.execve = undefined' });
  const env = { NODE_OPTIONS: `--require=${join(folder, 'old.js')}` };
  const { child, until, ended } = await start([plain('node app.js')], { env });
  await until('runs');
  child.kill('SIGTERM');
  const { code, output } = await ended;
  expect(code).toBe(0);
  expect(output).toMatch(/^runs \d+\nclosed\n$/);
  expect(output).not.toContain(`runs ${child.pid}\n`);
});

test('a signal reaches the app though another step waits for its end, which then does not come', async () => {
  const { child, until, ended } = await start([plain('node app.js'), plain('node sub/say.js after')]);
  await until('runs');
  child.kill('SIGTERM');
  const { code, output } = await ended;
  expect(code).toBe(0);
  expect(output).toMatch(/^runs \d+\nclosed\n$/);
});

test('a signal reaches what a shell has started, and the shell waits for its end', async () => {
  await rm(join(folder, 'closed'), { force: true });
  const { child, until, ended } = await start([
    { shell: 'node app.js | tee log >&2; node sub/say.js after', isSimple: false },
  ]);
  await until('runs');
  child.kill('SIGTERM');
  const { code, output } = await ended;
  expect(code).toBe(143);
  expect(output).not.toContain('after');
  expect(await readFile(join(folder, 'closed'), 'utf8')).toBe('closed');
});

test('a step that knows no signal ends by it', async () => {
  const { child, until, ended } = await start([
    { words: ['node', '-e', 'console.log("runs");setInterval(() => {}, 1000)'], assignments: {} },
    plain('node sub/say.js after'),
  ]);
  await until('runs');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 143, signal: null, output: 'runs\n' });
});

test.each([
  [plain('nothing'), 127, 'there is no program nothing on PATH'],
  [plain('cd nowhere'), 1, 'there is no folder '],
  [{ shell: 'a | b', isSimple: false }, 127, 'this start script needs a shell, and the image has none'],
])('%j says why it cannot go on', async (step, code, problem) => {
  const { ended } = await start([step], { env: { PATH: '/nowhere' } });
  const outcome = await ended;
  expect(outcome.code).toBe(code);
  expect(outcome.output).toContain(`error: the start script cannot go on: ${problem}`);
  expect(outcome.output.trim().split('\n')).toHaveLength(1);
});
