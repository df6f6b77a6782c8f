import type { BuildpackName } from './new-buildpack.ts';

/** Only tests import it, so it stands apart from the text of one. */
const TESTKIT = '@dema/testkit';

/** Packing replaces it in code, and must not in text. */
const HERE = ['import', 'meta', 'dirname'].join('.');

/** Files of a new buildpack by their paths in its folder. */
export function renderTemplate({ id, short }: BuildpackName): Record<string, string> {
  const constant = short.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  return {
    'buildpack.toml': renderDescriptor(id, short),
    'index.ts': renderIndex(constant),
    'index.test.ts': renderTest(constant),
    'package.json': `{ "private": true, "type": "module" }\n`,
    'samples/hello/main.sh': `echo "$GREETING from ${short}"\n`,
  };
}

/** `kit` is the pattern of the kit's types, relative to the folder. */
export function renderTypeSettings(kit: string): string {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
    types: ['node'],
    paths: { '@dema/*': [kit] },
  };
  return `${JSON.stringify({ compilerOptions, include: ['**/*.ts'] }, null, 2)}\n`;
}

function renderDescriptor(id: string, short: string): string {
  return `api = "0.10"

[buildpack]
  id = "${id}"
  version = "0.1.0"
  name = "${short}"
  description = "What it does, in one sentence"

[[targets]]
  os = "linux"
  arch = "amd64"

[[targets]]
  os = "linux"
  arch = "arm64"
`;
}

function renderIndex(constant: string): string {
  return `import { defineBuildpack, found, skip, text } from '@dema/buildpack';

export default defineBuildpack({
  // What users may set. A slip in a name gets a warning, a value that makes no sense ends the build.
  settings: { BP_${constant}_GREETING: text('What the app says first', { default: 'Hello' }) },

  // Looks at the app and says yes or no, with a reason for the log.
  async inspect({ app }) {
    return (await app.has('main.sh')) ? found('main.sh', {}) : skip('no main.sh');
  },

  // Runs programs, makes layers, and says what the image starts.
  async build({ settings, exec, layer, launch }) {
    await exec('sh', ['-n', 'main.sh'], {
      failures: [
        {
          code: '${constant}_SYNTAX_WRONG',
          when: /main\\.sh: (?:line )?(\\d+): .*[Ss]yntax error/,
          problem: 'main.sh is wrong at line $1.',
          fix: 'Correct main.sh at line $1.',
        },
      ],
    });
    await layer('greeting', {
      launch: true,
      env: (env) => env.launch.default('GREETING', settings.BP_${constant}_GREETING),
    });
    launch.web(['sh', 'main.sh']);
  },
});
`;
}

function renderTest(constant: string): string {
  return `import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openBuildpackHarness } from '${TESTKIT}';
import buildpack from './index.ts';

const folder = ${HERE};
const sample = join(folder, 'samples/hello');

test('says no to an app without main.sh', async () => {
  await using harness = await openBuildpackHarness(buildpack, { folder, app: { 'README.md': '' } });
  const { code, lines } = await harness.detect();
  assert.deepEqual({ code, lines }, { code: 100, lines: ['no main.sh'] });
});

test('builds the sample; no program is run, but what it would do is said here', async () => {
  const commands = [{ line: /^sh -n main\\.sh$/ }];
  await using harness = await openBuildpackHarness(buildpack, { folder, app: sample, commands });
  const { fault, launch } = await harness.build({ BP_${constant}_GREETING: 'Good morning' });
  assert.equal(fault, undefined);
  assert.deepEqual(launch.processes[0]?.command, ['sh', 'main.sh']);
  const greeting = join(harness.layersDir, 'greeting/env.launch/GREETING.default');
  assert.equal(await readFile(greeting, 'utf8'), 'Good morning');
});

test('tells what is wrong with main.sh', async () => {
  const failing = { line: /^sh/, run: async () => ({ code: 2, stderr: 'main.sh: 3: Syntax error: "(" unexpected' }) };
  await using harness = await openBuildpackHarness(buildpack, { folder, app: sample, commands: [failing] });
  const { fault } = await harness.build();
  assert.equal(fault?.code, '${constant}_SYNTAX_WRONG');
  assert.equal(fault?.problem, 'main.sh is wrong at line 3.');
});
`;
}
