import { expect, test } from 'vitest';
import { applyEnvFiles, applyPlatformEnvFiles, type EnvAction, INHERITED_VARIABLES, layerRootPaths } from './env.ts';

interface Case {
  what: string;
  env?: Record<string, string>;
  files: Record<string, string>;
  action?: EnvAction;
  expected: Record<string, string>;
}

test.each<Case>([
  { what: 'no suffix overrides', env: { A: 'old' }, files: { A: 'new' }, expected: { A: 'new' } },
  { what: 'override', env: { A: 'old' }, files: { 'A.override': 'new' }, expected: { A: 'new' } },
  { what: 'default on nothing', files: { 'A.default': 'new' }, expected: { A: 'new' } },
  { what: 'default on an empty value', env: { A: '' }, files: { 'A.default': 'new' }, expected: { A: 'new' } },
  { what: 'default on a value', env: { A: 'old' }, files: { 'A.default': 'new' }, expected: { A: 'old' } },
  { what: 'append without delimiter', env: { A: 'old' }, files: { 'A.append': 'new' }, expected: { A: 'oldnew' } },
  { what: 'prepend without delimiter', env: { A: 'old' }, files: { 'A.prepend': 'new' }, expected: { A: 'newold' } },
  {
    what: 'append with delimiter',
    env: { A: 'old' },
    files: { 'A.append': 'new', 'A.delim': ':' },
    expected: { A: 'old:new' },
  },
  {
    what: 'prepend with delimiter',
    env: { A: 'old' },
    files: { 'A.prepend': 'new', 'A.delim': ', ' },
    expected: { A: 'new, old' },
  },
  { what: 'append on nothing', files: { 'A.append': 'new', 'A.delim': ':' }, expected: { A: 'new' } },
  {
    what: 'prepend on an empty value',
    env: { A: '' },
    files: { 'A.prepend': 'n', 'A.delim': ':' },
    expected: { A: 'n' },
  },
  {
    what: 'append of an empty value',
    env: { A: 'old' },
    files: { 'A.append': '', 'A.delim': ':' },
    expected: { A: 'old:' },
  },
  { what: 'a delimiter alone changes nothing', env: { A: 'old' }, files: { 'A.delim': ':' }, expected: { A: 'old' } },
  {
    what: 'the delimiter of another variable is not taken',
    env: { A: 'old' },
    files: { 'A.append': 'new', 'B.delim': ':' },
    expected: { A: 'oldnew' },
  },
  { what: 'an unknown suffix is ignored', env: { A: 'old' }, files: { 'A.txt': 'new' }, expected: { A: 'old' } },
  { what: 'the first dot splits', files: { 'A.b.append': 'new' }, expected: {} },
  { what: 'actions are case-sensitive', files: { 'A.Append': 'new' }, expected: {} },
  { what: 'a name that is only a suffix is ignored', files: { '.append': 'new', '.A': 'x' }, expected: {} },
  {
    what: 'a dot at the end puts before as in a path',
    env: { A: 'old' },
    files: { 'A.': 'new' },
    expected: { A: 'new:old' },
  },
  { what: 'values are verbatim', files: { A: ' new\n' }, expected: { A: ' new\n' } },
  {
    what: 'files are applied in the order of their names',
    env: { A: 'old' },
    files: { 'A.prepend': 'p', 'A.default': 'd', 'A.append': 'a', A: 'x' },
    expected: { A: 'pxa' },
  },
  {
    what: 'override comes after append and before prepend',
    env: { A: 'old' },
    files: { 'A.override': 'o', 'A.append': 'a', 'A.prepend': 'p' },
    expected: { A: 'po' },
  },
  {
    what: 'the default action of a build configuration',
    env: { A: 'old' },
    files: { A: 'new', B: 'new' },
    action: 'default',
    expected: { A: 'old', B: 'new' },
  },
  { what: 'other variables stay', env: { Z: '1' }, files: { A: '2' }, expected: { Z: '1', A: '2' } },
])('$what', ({ env = {}, files, action, expected }) => {
  const before = { ...env };
  const list = Object.entries(files).map(([name, value]) => ({ name, value }));
  expect(applyEnvFiles(env, list, action)).toEqual(expected);
  expect(applyEnvFiles(env, list.reverse(), action)).toEqual(expected);
  expect(env).toEqual(before);
});

test('files of the platform are variables by their whole names; search paths are put before', () => {
  const files = { 'A.append': 'x', PATH: '/p', LD_LIBRARY_PATH: '/l', HOME: '/h' };
  const list = Object.entries(files).map(([name, value]) => ({ name, value }));
  expect(applyPlatformEnvFiles({ PATH: '/usr/bin', HOME: '/root' }, list)).toEqual({
    'A.append': 'x',
    PATH: '/p:/usr/bin',
    LD_LIBRARY_PATH: '/l',
    HOME: '/h',
  });
});

test('folders of a layer that are put before search paths', () => {
  const names = (phase: 'build' | 'launch') =>
    layerRootPaths(phase).map(({ folder, variables }) => `${folder}: ${variables}`);
  expect(names('build')).toEqual([
    'bin: PATH',
    'lib: LD_LIBRARY_PATH,LIBRARY_PATH',
    'include: CPATH',
    'pkgconfig: PKG_CONFIG_PATH',
  ]);
  expect(names('launch')).toEqual(['bin: PATH', 'lib: LD_LIBRARY_PATH']);
  expect(INHERITED_VARIABLES).toEqual(expect.arrayContaining(['HOME', 'no_proxy', 'PATH', 'PKG_CONFIG_PATH']));
  expect(INHERITED_VARIABLES).not.toContain('LANG');
});
