import { expect, test } from 'vitest';
import { determineWant } from './version-wants.ts';

test.each([
  ['24', '24'],
  ['v24.1.0', '24.1.0'],
  [' 24.x ', '24.x'],
  ['>=8.0 <15', '>=8.0 <15'],
  ['^20 || ^22', '^20 || ^22'],
  ['node', '*'],
  ['lts/jod', '22.x'],
  ['LTS/Krypton', '24.x'],
  ['lts/*', '26.x'],
  ['lts', '26.x'],
])('%j is the range %s', (text, range) => {
  expect(determineWant('.nvmrc', text)).toEqual({ source: '.nvmrc', range });
});

test.each(['lts/none', 'latest-v24', 'system', '24 oder so'])('%j is no version', (text) => {
  expect(() => determineWant('.nvmrc', text)).toThrow('NODEJS_VERSION_INVALID');
});
