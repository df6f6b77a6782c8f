import { expect, test } from 'vitest';
import { explainNpmFailure } from './npm-failure.ts';

test('a lock file that does not fit is told with the lines that differ and the command that mends it', () => {
  const fault = explainNpmFailure(`npm error code EUSAGE
npm error
npm error \`npm ci\` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with \`npm install\` before continuing.
npm error
npm error Invalid: lock file's is-number@7.0.0 does not satisfy is-number@6.0.0
npm error Missing: is-odd@3.0.1 from lock file
npm error
npm error Clean install a project
npm error
npm error Usage:
npm error npm ci
npm error
npm error Options:
npm error [--install-strategy <hoisted|nested|shallow|linked>] [--legacy-bundling]
npm error Run "npm help ci" for more info`);
  expect(fault).toMatchObject({
    code: 'NODEJS_LOCK_FILE_MISMATCH',
    blame: 'user',
    details: [
      "Invalid: lock file's is-number@7.0.0 does not satisfy is-number@6.0.0",
      'Missing: is-odd@3.0.1 from lock file',
    ],
  });
  expect(fault.fix).toContain('npm install');
});

test.each([
  ['ETARGET', 'notarget No matching version found for is-number@99.0.0.', 'NODEJS_PACKAGE_VERSION_MISSING', 'user'],
  ['E404', "404  The requested resource 'x@1' could not be found", 'NODEJS_PACKAGE_MISSING', 'user'],
  ['EINTEGRITY', 'Integrity checksum failed when using sha512', 'NODEJS_PACKAGE_CORRUPT', 'user'],
  ['E401', 'Incorrect or missing password.', 'NODEJS_REGISTRY_UNAUTHORIZED', 'user'],
  ['ENOTFOUND', 'network request to https://registry.example/x failed', 'NODEJS_REGISTRY_UNREACHABLE', 'platform'],
  ['ENOTCACHED', 'request to https://registry.example/x failed', 'NODEJS_PACKAGE_NOT_CACHED', 'user'],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'request to https://registry.example/x failed, reason: self-signed',
    'NODEJS_REGISTRY_CERTIFICATE_UNTRUSTED',
    'platform',
  ],
  ['1', 'command failed', 'NODEJS_INSTALL_FAILED', 'user'],
])('npm code %s', (npmCode, line, code, blame) => {
  for (const mark of ['npm error', 'npm ERR!']) {
    const output = `npm warn old\n${mark} code ${npmCode}\n${mark} ${line}\n${mark} A complete log of this run can be found in: /x/1-debug-0.log\nadded 0`;
    expect(explainNpmFailure(output)).toMatchObject({ code, blame, details: [line] });
  }
});

test.each([
  ['/workspace', 'husky install', 'The app has a script for when it is installed, `husky install`, which failed.'],
  [
    '/workspace/node_modules/@a/b',
    'node x.js',
    'The package @a/b has a script for when it is installed, `node x.js`, which failed.',
  ],
])('a script of %s that fails', (path, script, problem) => {
  const fault = explainNpmFailure(`npm error code 127
npm error path ${path}
npm error command failed
npm error command sh -c ${script}
npm error sh: 1: not found`);
  expect(fault).toMatchObject({ code: 'NODEJS_INSTALL_SCRIPT_FAILED', problem, blame: 'user' });
  expect(fault.details).toEqual(['sh: 1: not found']);
});

test('what a script of the app wrote itself is shown', () => {
  const fault = explainNpmFailure(`sh: 1: webpack: not found

> postinstall
npm error code 127
npm error path /workspace
npm error command failed
npm error command sh -c webpack`);
  expect(fault.details).toEqual(['sh: 1: webpack: not found', '> postinstall']);
});

test('the stack of a connection that failed is left out', () => {
  const fault = explainNpmFailure(`npm error code ECONNREFUSED
npm error syscall connect
npm error errno ECONNREFUSED
npm error FetchError: request to http://127.0.0.1:1/x failed, reason: connect ECONNREFUSED 127.0.0.1:1
npm error     at ClientRequest.<anonymous> (/x/index.js:130:14) {
npm error   code: 'ECONNREFUSED',
npm error   port: 1,
npm error }
npm error
npm error If you are behind a proxy, please make sure that the 'proxy' config is set properly.  See: 'npm help config'`);
  expect(fault.code).toBe('NODEJS_REGISTRY_UNREACHABLE');
  expect(fault.details).toEqual([
    'FetchError: request to http://127.0.0.1:1/x failed, reason: connect ECONNREFUSED 127.0.0.1:1',
  ]);
});

test('without an error line of npm the last lines are shown', () => {
  expect(explainNpmFailure('Killed\n').details).toEqual(['Killed']);
});

test.each(['gyp ERR! find Python Python is not set', 'gyp ERR! stack Error: not found: make'])(
  '%s is about a missing compiler, and the package is named',
  (line) => {
    const output = ['code 1', 'path /workspace/node_modules/nat', 'command sh -c node-gyp rebuild', line];
    const failure = explainNpmFailure(output.map((text) => `npm error ${text}`).join('\n'));
    expect(failure.code).toBe('NODEJS_COMPILER_MISSING');
    expect(failure.details.slice(0, 2)).toEqual(['path /workspace/node_modules/nat', 'command sh -c node-gyp rebuild']);
    expect(failure.details.join('\n')).not.toContain('find Python');
  },
);

test.each(['gyp ERR! find Python Python is not set', 'make: cc: No such file or directory'])(
  'native code of the app itself, which says %s beside npm',
  (line) => {
    const failure = explainNpmFailure(`${line}\ngyp ERR! not ok\nnpm error code 1\nnpm error path /workspace
npm error command failed\nnpm error command sh -c node-gyp rebuild`);
    expect(failure.code).toBe('NODEJS_COMPILER_MISSING');
    expect(failure.fix).toContain('--builder full');
  },
);
