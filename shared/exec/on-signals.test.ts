import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onSignals } from './on-signals.ts';

const seen: string[] = [];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  seen.length = 0;
  stop = onSignals(['SIGUSR2', 'SIGWINCH'], (name) => seen.push(name));
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('the same signal at once is the one that somebody passed on', () => {
  process.emit('SIGUSR2', 'SIGUSR2');
  vi.advanceTimersByTime(50);
  process.emit('SIGUSR2', 'SIGUSR2');
  expect(seen).toEqual(['SIGUSR2']);
});

test('later it is another', () => {
  process.emit('SIGUSR2', 'SIGUSR2');
  vi.advanceTimersByTime(200);
  process.emit('SIGUSR2', 'SIGUSR2');
  expect(seen).toEqual(['SIGUSR2', 'SIGUSR2']);
});

test('another signal is no echo, and none comes after the end', () => {
  process.emit('SIGUSR2', 'SIGUSR2');
  process.emit('SIGWINCH', 'SIGWINCH');
  stop();
  vi.advanceTimersByTime(500);
  process.emit('SIGWINCH', 'SIGWINCH');
  expect(seen).toEqual(['SIGUSR2', 'SIGWINCH']);
});
