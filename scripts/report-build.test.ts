import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { createBuildReporter } from './report-build.ts';
import type { Screen, Status } from './screen.ts';

test('what is under way is the last line, until that is over', () => {
  const seen: (string | undefined)[] = [];
  const screen: Screen = {
    line: () => undefined,
    status: (status: Status | undefined) => void seen.push(status?.text),
  };
  const report = createBuildReporter(process.stderr, screen);
  report({ type: 'phase-start', phase: 'build' });
  for (const line of ['  $ npm ci', '', '    took 3.1 s', '  layer node: made in 1 s']) {
    report({ type: 'buildpack-output', buildpack: 'dema/nodejs', line });
  }
  report({ type: 'phase-end', phase: 'build', durationMs: 1 });
  expect(seen).toEqual(['building', '$ npm ci', 'dema/nodejs', 'dema/nodejs', undefined]);
});

test('what an image cannot have of the app is a warning', () => {
  const seen: string[] = [];
  const screen: Screen = { line: (line) => void seen.push(stripVTControlCharacters(line)), status: () => undefined };
  createBuildReporter(process.stderr, screen)({ type: 'app-file-left-out', path: 'tmp/app.sock' });
  expect(seen).toEqual(['  warning: tmp/app.sock is no file, folder or link, and is left out of the image']);
});
