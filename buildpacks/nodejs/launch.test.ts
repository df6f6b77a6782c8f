import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBuildpackHarness } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

function open(scripts: Record<string, string>) {
  return openBuildpackHarness(nodejs, {
    folder: import.meta.dirname,
    app: {
      'package.json': JSON.stringify({ scripts, devDependencies: { nodemon: '3' } }),
      'package-lock.json': '{}',
      'say.js': 'console.log(...process.argv.slice(2))',
    },
    dependencies: [
      { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
      { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
    ],
    commands: [
      { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) },
      { line: /^npm (ci|query)/, run: async () => ({ stdout: '[]' }) },
    ],
  });
}

test('a script of several commands is run by a program that stands alone', async () => {
  await using harness = await open({ prestart: 'node say.js first', start: 'node say.js $GREETING' });
  const { fault, lines, launch, layers } = await harness.build();
  expect(fault).toBeUndefined();
  expect(lines.at(-1)).toBe('    web: node say.js first && node say.js ${GREETING}');
  const folder = join(harness.layersDir, 'start');
  expect(launch.processes[0]?.command).toEqual(['node', join(folder, 'run-steps.cjs'), join(folder, 'web.json')]);
  expect(layers.start).toMatchObject({ launch: true, build: false, cache: false });
  expect((await readdir(folder)).sort()).toEqual(['run-steps.cjs', 'web.json']);
  const [, ...args] = launch.processes[0]?.command ?? [];
  const env = { PATH: process.env.PATH, GREETING: 'hello' };
  const output = execFileSync(process.execPath, [...args, 'x'], { cwd: harness.appDir, env, encoding: 'utf8' });
  expect(output).toBe('first\nhello x\n');

  await harness.restore();
  expect((await harness.build()).lines).toContain('    layer start: reusing');
});

test('every command of a script is looked at for what is not in the image', async () => {
  await using harness = await open({ start: 'node say.js && nodemon say.js' });
  expect((await harness.build()).lines.at(-1)).toMatch(/^ {4}warning: nodemon is one of the devDependencies/);
});
