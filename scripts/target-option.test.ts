import { expect, test } from 'vitest';
import { collectTargets, expandTargets, parseTarget, targetWords } from './target-option.ts';

test('a target in the words of pack', () => {
  expect(parseTarget('linux')).toEqual({ os: 'linux', distros: [] });
  expect(parseTarget('linux/arm/v6:ubuntu@14.04@16.04;debian@13')).toEqual({
    os: 'linux',
    arch: 'arm',
    variant: 'v6',
    distros: [
      { name: 'ubuntu', version: '14.04' },
      { name: 'ubuntu', version: '16.04' },
      { name: 'debian', version: '13' },
    ],
  });
  expect(collectTargets('linux/arm64', collectTargets('linux/amd64,linux/s390x'))).toHaveLength(3);
});

test.each([
  '',
  '/amd64',
  'linux/',
  'linux/a/b/c',
  'linux/amd64:',
  'linux:ubuntu',
  'linux:@1',
  'linux:a@1:b@2',
  'li nux',
])('%j is none', (text) => {
  expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'CLI_ARGUMENTS_INVALID' }));
});

test('each distribution is a target of its own', () => {
  const targets = expandTargets([parseTarget('linux/amd64:debian@12@13'), parseTarget('linux/arm64')]);
  expect(targets.map((target) => targetWords(target).join('/'))).toEqual([
    'linux/amd64/debian@12',
    'linux/amd64/debian@13',
    'linux/arm64',
  ]);
});
