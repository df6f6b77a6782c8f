import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { TarEntry } from '@dema/archive';
import { createLayer, readLayout, writeLayout } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, dema, makePlace, type Place, runImage } from './dema.ts';

const APP = `
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
if (process.env.HANDLE) process.on('SIGTERM', () => { console.log('going'); process.exit(3); });
if (process.env.DRAIN) for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => {
  console.log('got ' + name);
  setTimeout(() => { console.log('drained'); process.exit(7); }, 700);
});
if (process.env.EXIT) process.exit(Number(process.env.EXIT));
function attempt(path) { try { writeFileSync(path, 'x'); return 'written'; } catch (error) { return error.code; } }
createServer((request, response) => response.end(JSON.stringify({
  pid: process.pid, uid: process.getuid(), gid: process.getgid(), args: process.argv.slice(2), home: process.env.HOME, cwd: process.cwd(),
  tmp: attempt('/tmp/file'), homeFile: attempt(process.env.HOME + '/file'), app: attempt('/workspace/file'), root: attempt('/file'), usr: attempt('/usr/file'),
  env: Object.keys(process.env).filter((name) => name.startsWith('CNB_')), color: process.env.COLOR_OF_SKY,
}))).listen(process.env.PORT);
`;

let place: Place;

beforeAll(async () => {
  place = await makePlace();
  const app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'server.js'), APP);
  const { code, stderr } = await dema(['build', app, '--tag', 'probe'], place);
  expect(code, stderr).toBe(0);
});

afterAll(() => place.remove());

async function ask(port: number): Promise<Record<string, unknown>> {
  return (await fetch(`http://127.0.0.1:${port}/`)).json() as Promise<Record<string, unknown>>;
}

test('the app is process 1, an ordinary user, and may write only where its user may', async () => {
  const running = await runImage(['probe', '--env', 'COLOR_OF_SKY=blue', '--', '--flag', 'two words'], place);
  const answer = await ask(running.port);
  running.kill('SIGTERM');
  await running.ended;
  expect(answer).toEqual({
    pid: 1,
    uid: 1002,
    gid: 1000,
    args: ['--flag', 'two words'],
    home: '/home/cnb',
    cwd: '/workspace',
    tmp: 'written',
    homeFile: 'written',
    app: 'EROFS',
    root: 'EROFS',
    usr: 'EROFS',
    env: [],
    color: 'blue',
  });
});

test('an exit code passes', async () => {
  expect((await dema(['run', 'probe', '--env', 'EXIT=42'], place)).code).toBe(42);
});

test('a signal that the app handles is left to it', async () => {
  const running = await runImage(['probe', '--env', 'HANDLE=1'], place);
  running.kill('SIGTERM');
  const { code, stdout } = await running.ended;
  expect({ code, stdout }).toEqual({ code: 3, stdout: 'going\n' });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s to the process group of a Dema that another Node.js started reaches the app once',
  async (signal) => {
    const bin = await installForOtherNode(join(place.folder, signal));
    const running = await runImage(['probe', '--env', 'DRAIN=1'], place, { bin, detached: true });
    process.kill(-running.pid, signal);
    const { code, stdout } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 7, stdout: `got ${signal}\ndrained\n` });
  },
);

test('a second ctrl-C, a person later, ends an app that handles the first', async () => {
  const running = await runImage(['probe', '--env', 'DRAIN=1'], place);
  running.kill('SIGINT');
  await wait(220);
  running.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: 'got SIGINT\n' });
});

/** An installed Dema whose Node.js is not the binary that runs the tests, so that there is a process between. */
async function installForOtherNode(folder: string): Promise<string> {
  const installed = join(folder, 'dema');
  const node = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin/node');
  const program = pathToFileURL(join(import.meta.dirname, '../../scripts/dema.ts')).href;
  await cp(BIN, join(installed, 'bin/dema.js'));
  await mkdir(join(installed, 'dist'));
  await mkdir(dirname(node), { recursive: true });
  await writeFile(join(installed, 'package.json'), '{ "type": "module" }');
  await writeFile(join(installed, 'dist/dema.mjs'), `await import('${program}');\n`);
  await writeFile(node, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
  await chmod(node, 0o755);
  return join(installed, 'bin/dema.js');
}

test.each<{ signal: NodeJS.Signals; code: number }>([
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
])('$signal ends an app that does not handle it, and leaves nothing', async ({ signal, code }) => {
  const running = await runImage(['probe'], place);
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  running.kill(signal);
  expect((await running.ended).code).toBe(code);
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(processes).not.toContain(`--setenv PORT ${running.port}`);
  expect(await readFile('/proc/self/mountinfo', 'utf8')).toBe(mounts);
});

test('ends with dema, even when that is killed', async () => {
  const running = await runImage(['probe'], place);
  running.kill('SIGKILL');
  await running.ended;
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${running.port}/`).then(
        () => 'up',
        () => 'down',
      ),
    )
    .toBe('down');
});

test('an image without a shell runs', async () => {
  await dema(
    ['build', join(place.folder, 'app'), '--tag', 'probe', '--output', `oci:${join(place.folder, 'layout')}`],
    place,
  );
  const store = await openStore(join(place.folder, 'store'));
  const image = await readLayout(store, join(place.folder, 'layout'));
  const [base, ...rest] = image.layers;
  const bare = await createLayer(store, await bareSystem((await base?.tree()) ?? ''));
  const diffIds = [bare, ...rest].map(({ diffId }) => diffId);
  const config = { ...image.config, rootfs: { type: 'layers' as const, diff_ids: diffIds } };
  await writeLayout(join(place.folder, 'bare'), { ...image, layers: [bare, ...rest], config });
  const running = await runImage([`oci:${join(place.folder, 'bare')}`], place);
  expect(await ask(running.port)).toMatchObject({ pid: 1, uid: 1002, tmp: 'written' });
  running.kill('SIGTERM');
  await running.ended;
});

/** What Node.js links, the user, and nothing else. */
async function bareSystem(tree: string): Promise<TarEntry[]> {
  const owned = { uid: 0, gid: 0 };
  const names = await readdir(join(tree, 'usr/lib'));
  const multiarch = `usr/lib/${names.find((name) => name.endsWith('-linux-gnu'))}`;
  const loader = (await readdir(join(tree, multiarch))).find((name) => name.startsWith('ld-linux-')) ?? '';
  const folders = ['etc', 'tmp', 'usr', 'usr/lib', multiarch].map((path): TarEntry => {
    return { path: `/${path}`, type: 'directory', mode: path === 'tmp' ? 0o1777 : 0o755, size: 0, ...owned };
  });
  const links = ['lib', 'lib64'].map((path): TarEntry => {
    return { path: `/${path}`, type: 'symlink', linkPath: multiarch, mode: 0o777, size: 0, ...owned };
  });
  const libraries = [
    'libc.so.6',
    'libm.so.6',
    'libdl.so.2',
    'libpthread.so.0',
    'libstdc++.so.6',
    'libgcc_s.so.1',
    'libatomic.so.1',
  ];
  const paths = ['etc/passwd', 'etc/group', ...[...libraries, loader].map((name) => `${multiarch}/${name}`)];
  const files = paths.map(async (path): Promise<TarEntry> => {
    const content = await readFile(join(tree, path));
    return { path: `/${path}`, type: 'file', mode: 0o755, size: content.length, body: () => [content], ...owned };
  });
  return [...folders, ...links, ...(await Promise.all(files))];
}
