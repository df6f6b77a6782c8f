import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { viewFolder } from '@dema/buildpack';
import { fuzz } from '@dema/testkit';
import { inspectApp } from './inspect-app.ts';
import { explainNpmFailure } from './npm-failure.ts';
import { readPackage } from './script-package.ts';
import { type NodejsSettings, settings } from './settings.ts';
import { translateScript } from './start-script.ts';
import { determineWant } from './version-wants.ts';

const PACKAGE_JSON = JSON.stringify({
  name: 'app',
  main: 'lib/run.js',
  engines: { node: '>=20' },
  packageManager: 'npm@10.0.0',
  devEngines: { packageManager: { name: 'npm' }, runtime: [{ name: 'node', version: '24' }] },
  scripts: { start: 'PORT=1 node server.js && npm run other', other: 'echo "$A"', prepare: 'x' },
  dependencies: { a: '^1', b: 'file:./b' },
  devDependencies: { c: '*' },
  workspaces: ['packages/*'],
});
const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': {},
    'node_modules/a': { version: '1.0.0', hasInstallScript: true, dev: true },
    'packages/b': { version: '1.0.0' },
    '../outer': {},
    'node_modules/b': { link: true, resolved: 'packages/b' },
  },
  dependencies: { a: {} },
});
const FILES: Record<string, string> = { 'package.json': PACKAGE_JSON, 'package-lock.json': LOCK, '.nvmrc': 'lts/jod' };

const SETTINGS = Object.fromEntries(
  Object.entries(settings).map(([name, setting]) => [name, setting.parse(undefined, name)]),
) as NodejsSettings;

async function inspect(folder: string, changed: Record<string, Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries({ ...FILES, ...changed })) writeFileSync(join(folder, name), content);
  await inspectApp(viewFolder(folder), SETTINGS);
}

fuzz('package.json', {
  format: 'json',
  seeds: [PACKAGE_JSON],
  inputs: 1800,
  run: (input, folder) => inspect(folder, { 'package.json': input }),
});

fuzz('package-lock.json', {
  format: 'json',
  seeds: [LOCK],
  inputs: 1800,
  run: (input, folder) => inspect(folder, { 'package-lock.json': input }),
});

fuzz('.nvmrc and .node-version', {
  seeds: ['v24', 'lts/jod', 'lts/*', 'lts/-1', '>=20 # comment', 'node'],
  tokens: ['lts/', '-', '*', '#', 'v', '\n', ' || '],
  run: (input, folder) => inspect(folder, { '.nvmrc': input, '.node-version': input }),
});

fuzz('versions of Node.js that are wanted', {
  seeds: ['lts/krypton', '^24', 'lts/-99'],
  tokens: ['lts/', '-', '*', 'v'],
  run: (input) => determineWant('BP_NODE_VERSION', input.toString()),
});

fuzz('scripts', {
  seeds: [
    'PORT=1 node server.js && npm run other -- --x',
    'cd a && export B="$C ${D:-e}" && exec env X=1 node .',
    'npm start',
  ],
  tokens: ['&&', '||', '"', "'", '\\', '$', '${', '}', ':-', ' ', 'npm run ', 'start', '=', '--', 'cd ', 'export '],
  inputs: 2400,
  async run(input, folder) {
    const text = input.toString();
    const scripts = { start: text, prestart: 'npm run other', other: 'npm run third', third: text, poststart: text };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
    const places = { app: viewFolder(folder), localPackages: ['packages/web'] };
    const from = await readPackage(places, '.');
    return from && translateScript(places, from, 'start');
  },
});

fuzz('output of npm', {
  seeds: [
    'npm error code E404\nnpm error 404 Not Found\n',
    'npm ERR! errno ECONNRESET\ngyp ERR! stack Error: not found: make',
  ],
  tokens: ['npm error ', 'npm ERR! ', 'code ', 'Usage:', '\n'],
  run: (input) => explainNpmFailure(input.toString()),
});
