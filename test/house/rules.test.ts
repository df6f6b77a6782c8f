import { expect, test } from 'vitest';
import { dataFiles } from './data-files.ts';
import { dependencyReasons } from './dependency-reasons.ts';
import { fileSizes } from './file-sizes.ts';
import { forbiddenWords } from './forbidden-words.ts';
import { manifests } from './manifests.ts';
import type { Rule } from './rule.ts';

function problemsOf(rule: Rule, files: Record<string, string>): string[] {
  return rule.find(new Map(Object.entries(files))).map(({ path, line, problem }) => `${path}:${line ?? ''} ${problem}`);
}

const MANIFEST = {
  name: '@dema/store',
  version: '1.0.0',
  private: true,
  license: 'Apache-2.0',
  type: 'module',
  exports: './index.ts',
  dependencies: { '@dema/errors': '1.0.0', tar: '7.0.0' },
};
const DEMA = { name: 'dema', version: '1.0.0', license: 'Apache-2.0', type: 'module' };

function manifestProblems(change: object): string[] {
  return problemsOf(manifests, {
    'scripts/package.json': JSON.stringify(DEMA),
    'shared/store/package.json': JSON.stringify({ ...MANIFEST, ...change }),
    'test/apps/nodejs/express/package.json': '{}',
  });
}

test('a manifest as it must be', () => {
  expect(manifestProblems({})).toEqual([]);
});

test.each([
  [{ name: 'store' }, '`name` must be "@dema/store".'],
  [{ version: '1.0.1' }, '`version` must be "1.0.0".'],
  [{ license: 'MIT' }, '`license` must be "Apache-2.0".'],
  [{ exports: './main.ts' }, '`exports` must be "./index.ts".'],
  [{ dependencies: { tar: '^7.0.0' } }, '`tar` must be pinned to one version, not "^7.0.0".'],
  [{ dependencies: { tar: '7.0.0', '@dema/errors': '1.0.0' } }, '`dependencies` must be in the order of names.'],
  [{ author: 'x' }, '`author` is not a field that manifests have here.'],
  [{ devDependencies: { tar: '7.0.1' } }, '`tar` is 7.0.1 here and 7.0.0 elsewhere.'],
])('a manifest with %j', (change, problem) => {
  expect(manifestProblems(change)).toEqual([`shared/store/package.json: ${problem}`]);
});

test('fields of a manifest in another order', () => {
  const { name, ...rest } = MANIFEST;
  const text = JSON.stringify({ ...rest, name });
  const files = { 'scripts/package.json': JSON.stringify(DEMA), 'shared/store/package.json': text };
  expect(problemsOf(manifests, files)).toEqual([expect.stringContaining('Fields must stand in this order: name, ')]);
});

test('dependencies without a reason, and reasons without a dependency', () => {
  const files = {
    'shared/store/package.json': JSON.stringify(MANIFEST),
    'docs/dependencies.md': '| package | licence | reason |\n|---|---|---|\n| `zip` | MIT | Zips. |\n',
  };
  expect(problemsOf(dependencyReasons, files)).toEqual([
    'docs/dependencies.md: There is no line for `tar`: | `name` | licence | reason |.',
    'docs/dependencies.md:3 Nothing depends on `zip`.',
  ]);
});

test.each([
  ['registry host', `https://registry.${['npmjs', 'org'].join('.')}/x`],
  ['registry host', `deb http://deb.${['debian', 'org'].join('.')}/debian`],
  ['path of one machine', `cd /${'work'}/main`],
  ['tracker', `// ${['TO', 'DO'].join('')}: more`],
])('a word that must not stand: %s', (problem, text) => {
  expect(problemsOf(forbiddenWords, { 'docs/a.md': `one\n${text}\n` })).toEqual([
    expect.stringMatching(`^docs/a\\.md:2 .*${problem}`),
  ]);
});

test('words that only look alike', () => {
  const text = `https://registry.example/npm ./work/x /workspace/app debian.example`;
  expect(problemsOf(forbiddenWords, { 'docs/a.md': text })).toEqual([]);
});

test('files that hold more than one concept', () => {
  const long = 'x;\n'.repeat(301);
  expect(problemsOf(fileSizes, { 'shared/store/a.ts': long })).toEqual([expect.stringContaining('301 lines')]);
  expect(problemsOf(fileSizes, { 'shared/store/a.test.ts': long, 'docs/a.md': long })).toEqual([]);
});

test('places that the bundle would not have', () => {
  const meta = ['import', 'meta'].join('.');
  const find = (text: string) => problemsOf(dataFiles, { 'shared/store/a.ts': text });
  expect(find(`join(${meta}.dirname, 'keys');`)).toEqual([]);
  expect(find(`new Worker(new ${'URL'}('./worker.ts', ${meta}.url));`)).toEqual([]);
  expect(find(`const banner = \`createRequire(${meta}.url)\`;`)).toEqual([]);
  expect(find(`\nfileURLToPath(${meta}.url);`)).toEqual([expect.stringMatching('^shared/store/a.ts:2 ')]);
  expect(find(`${meta}.resolve('x');`)).toHaveLength(1);
});
