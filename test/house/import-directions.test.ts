import { expect, test } from 'vitest';
import { ALLOWED_IMPORTS } from './allowed-imports.ts';
import { buildpackHost, importDirections } from './import-directions.ts';

const FAMILIES: [string, string][] = [
  ['buildpacks/nodejs/index.ts', ''],
  ['buildpacks/php/index.ts', ''],
];

/** An import statement, in parts so that it is not one of this file. */
const importing = (specifier: string, names = '{ x }') => `import ${names} ${'from'} '${specifier}';\n`;

function problemsOf(path: string, text: string): string[] {
  const repository = new Map([...FAMILIES, [path, text]]);
  return importDirections.find(repository).map(({ line, problem }) => `${line}: ${problem}`);
}

test.each([
  ['shared/store/a.ts', '@dema/errors'],
  ['shared/store/a.ts', './b.ts'],
  ['shared/launch/runtime/a.ts', '../b.ts'],
  ['shared/store/a.test.ts', '@dema/testkit'],
  ['shared/spec/a.test.ts', '@dema/exec'],
  ['buildpacks/nodejs/a.ts', '@dema/buildpack'],
  ['scripts/commands/a.ts', '@dema/engine'],
  ['test/whole/a.test.ts', '@dema/testkit'],
  ['shared/store/a.ts', 'undici'],
])('%s may import %s', (path, specifier) => {
  expect(problemsOf(path, importing(specifier))).toEqual([]);
});

test.each([
  ['shared/errors/a.ts', '@dema/store', 'must not import'],
  ['shared/store/a.ts', '@dema/fetch', 'must not import'],
  ['shared/engine/a.ts', '@dema/buildpack', 'must not import'],
  ['shared/store/a.ts', '@dema/testkit', 'must not import'],
  ['buildpacks/nodejs/a.ts', '@dema/php', 'must not import'],
  ['buildpacks/nodejs/a.ts', '@dema/engine', 'must not import'],
  ['scripts/a.ts', '@dema/nodejs', 'must not import'],
  ['builders/a.ts', '@dema/engine', 'must not import'],
  ['shared/unknown/a.ts', '@dema/errors', 'must not import'],
  ['shared/store/a.ts', '@dema/errors/redact.ts', 'reaches into a package'],
  ['shared/store/a.ts', '../errors/index.ts', 'leads out of shared/store'],
  ['test/whole/a.test.ts', '../../shared/store/index.ts', 'leads out of test'],
])('%s must not import %s', (path, specifier, problem) => {
  for (const text of [
    importing(specifier),
    importing(specifier, 'type { X }'),
    `export * ${'from'} '${specifier}';\n`,
    `await ${'import'}('${specifier}');\n`,
    `${'import'} '${specifier}';\n`,
  ]) {
    expect(problemsOf(path, `\n${text}`)).toEqual([expect.stringMatching(`^2: .*${problem}`)]);
  }
});

test('the table has no cycles', () => {
  for (const [from, targets] of Object.entries(ALLOWED_IMPORTS)) {
    for (const to of targets) expect(ALLOWED_IMPORTS[to] ?? [], `${to} imports ${from}`).not.toContain(from);
  }
});

const hostProblems = (path: string, text: string) => buildpackHost.find(new Map([[path, text]]));

test.each([
  'const home = process.env.HOME;',
  'process.exit(1);',
  importing('node:fs/promises'),
  importing('fs'),
  importing('node:child_process'),
  'await fetch(address);',
  'const now = Date.now();',
])('a buildpack does not reach for the host: %s', (text) => {
  expect(hostProblems('buildpacks/nodejs/a.ts', `// one\n${text}`)).toMatchObject([{ line: 2 }]);
});

test('tests, update scripts, comments and other parts may', () => {
  const text = 'process.env.HOME;';
  expect(hostProblems('buildpacks/nodejs/a.test.ts', text)).toEqual([]);
  expect(hostProblems('buildpacks/nodejs/update-dependencies.ts', text)).toEqual([]);
  expect(hostProblems('buildpacks/nodejs/a.ts', `// ${text}`)).toEqual([]);
  expect(hostProblems('shared/fetch/a.ts', text)).toEqual([]);
});
