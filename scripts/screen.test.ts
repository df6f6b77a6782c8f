import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createScreen, type ScreenStream } from './screen.ts';

let written: string[];
let time: number;

beforeEach(() => {
  written = [];
  time = 0;
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function open(stream: Partial<ScreenStream>, env: NodeJS.ProcessEnv = {}) {
  return createScreen({ write: (text) => written.push(text), ...stream }, env, () => time);
}

function pass(ms: number): void {
  time += ms;
  vi.advanceTimersByTime(ms);
}

test.each([
  ['a pipe', { isTTY: false }, {}],
  ['a terminal that cannot go back', { isTTY: true }, { TERM: 'dumb' }],
])('%s gets lines alone', (_, stream, env) => {
  const screen = open(stream, env);
  screen.status({ text: 'working' });
  pass(5000);
  screen.line('done');
  screen.status(undefined);
  expect(written).toEqual(['done\n']);
});

test('a terminal is told what takes long, for how long, and how much is done', () => {
  const screen = open({ isTTY: true, columns: 70 });
  screen.status({ text: 'Node.js 24', bytes: 0, total: 50_000_000 });
  pass(300);
  expect(written).toEqual([]);
  screen.status({ text: 'Node.js 24', bytes: 25_000_000, total: 50_000_000 });
  pass(1800);
  expect(written.at(-1)).toBe('\r\x1b[K  Node.js 24 [############............] 25.0 MB of 50.0 MB 2 s');
  screen.line('a line');
  expect(written.slice(-3)).toEqual(['\r\x1b[K', 'a line\n', written.at(-1)]);
  screen.status(undefined);
  expect(written.at(-1)).toBe('\r\x1b[K');
  const count = written.length;
  pass(5000);
  expect(written).toHaveLength(count);
});

test('fits into the width, in one line, without what could move the cursor', () => {
  const screen = open({ isTTY: true, columns: 40 });
  screen.status({ text: `\x1b[2Jwords\n${'and more '.repeat(20)}`, bytes: 10 });
  pass(1000);
  const shown = written.at(-1)?.slice('\r\x1b[K'.length) ?? '';
  expect(shown).toMatch(/^ {2}words and more .*\.\.\. 10 B 1 s$/);
  expect(shown.length).toBeLessThan(40);
});
