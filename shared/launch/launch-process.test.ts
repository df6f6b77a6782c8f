import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { BUSYBOX, lifecycle, SHOW, start } from './launch-case.ts';
import { APPLETS } from './runtime/applets.ts';

test('a process starts in the folder of the app or in its own', async () => {
  const plain = await start({});
  expect(plain.folder).toBe(join(plain.place, 'workspace'));
  const relative = await start({
    processes: [{ 'working-dir': 'sub', command: ['./run'] }],
    files: { 'workspace/sub/run': SHOW },
  });
  expect(relative.folder).toBe(join(relative.place, 'workspace/sub'));
  const shell = await start({ api: '0.8', processes: [{ 'working-dir': '/proc', direct: false }] });
  expect(shell.folder).toBe('/proc');
});

test('profile scripts are read by the shell only: layers, process, app', async () => {
  const files = {
    'layers/a/one/profile.d/x.sh': 'export A="$A"1\n',
    'layers/a/one/profile.d/web/x.sh': 'export A="$A"2\n',
    'workspace/.profile': 'export A="$A"3\n',
  };
  const shell = await start({ api: '0.8', processes: [{ direct: false }], files });
  expect(shell.env.A).toBe('123');
  expect((await start({ files })).env.A).toBeUndefined();
});

test('the app takes the place of the launcher, with the descriptors that the launcher was given', async () => {
  const { place } = await start({});
  const show = [`${lifecycle}/busybox`, 'sh', '-c', `echo $$; exec ${lifecycle}/busybox ls /proc/self/fd`];
  const env = { CNB_LAYERS_DIR: join(place, 'layers'), CNB_APP_DIR: place, CNB_PLATFORM_API: '0.15' };
  const child = spawn(join(lifecycle, 'launcher'), ['--', ...show], { env });
  const [pid, ...descriptors] = (await buffer(child.stdout)).toString().split('\n');
  expect(Number(pid)).toBe(child.pid);
  const [program = '', ...args] = show;
  const [, ...plain] = (await buffer(spawn(program, args, { env }).stdout)).toString().split('\n');
  expect(descriptors).toEqual(plain);
});

test('what exec.d prints is the output of the container', async () => {
  const files = { 'layers/a/one/exec.d/x': `${BUSYBOX}echo seen\necho warned >&2\n` };
  const { stdout, stderr, code } = await start({ files });
  expect(stdout.startsWith('seen\n')).toBe(true);
  expect({ stderr, code }).toEqual({ stderr: 'warned\n', code: 0 });
});

test('bytes that are no text pass as they are', async () => {
  const { place } = await start({});
  const odd = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1));
  const script = Buffer.concat([
    Buffer.from(
      `${BUSYBOX}export CNB_LAYERS_DIR=${place}/layers CNB_APP_DIR=${place}/workspace CNB_PLATFORM_API=0.15 PATH=${place}/bin\nexport ODD='`,
    ),
    Buffer.from(odd.toString('latin1').replaceAll("'", `'\\''`), 'latin1'),
    Buffer.from(`'\nexec ${place}/cnb/process/web "$ODD"\n`),
  ]);
  await writeFile(join(place, 'caller'), script, { mode: 0o755 });
  const out = await buffer(spawn(join(place, 'caller'), { env: {} }).stdout);
  expect(out.indexOf(Buffer.concat([Buffer.from('\x001\x00'), odd, Buffer.from('\0')]))).toBeGreaterThan(0);
  expect(out.indexOf(Buffer.concat([Buffer.from('ODD='), odd, Buffer.from('\0')]))).toBeGreaterThan(0);
});

test('a program in a path with an equals sign', async () => {
  const { args, code } = await start({
    processes: [{ command: ['./a=b'], args: ['x'] }],
    files: { 'workspace/a=b': SHOW },
  });
  expect({ args, code }).toEqual({ args: ['x'], code: 0 });
});

test('a variable that would harm the launcher reaches only the app', async () => {
  const { code, env } = await start({
    env: { LD_LIBRARY_PATH: '/nowhere', GLIBC_TUNABLES: 'x=y', ENV: '/x', IFS: 'a', PS4: '$(x)' },
  });
  expect(code).toBe(0);
  expect(env).toMatchObject({ LD_LIBRARY_PATH: '/nowhere', GLIBC_TUNABLES: 'x=y', ENV: '/x', IFS: 'a', PS4: '$(x)' });
});

test('what the private busybox does itself is known', async () => {
  const { stdout } = spawn(`${lifecycle}/busybox`, ['--list']);
  expect((await buffer(stdout)).toString().trim().split('\n')).toEqual([...APPLETS].sort());
});
