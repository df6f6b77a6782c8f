import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyApp } from './copy-app.ts';

let folder: string;
let app: string;
let copy: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copy-app-'));
  [app, copy] = [join(folder, 'app'), join(folder, 'copy')];
  await mkdir(join(app, 'lib'), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

async function modeOf(path: string): Promise<string> {
  return ((await lstat(join(copy, path))).mode & 0o7777).toString(8);
}

test('gives folders 755, files 755 or 644 by their owner’s execute bit', async () => {
  await writeFile(join(app, 'plain'), 'a', { mode: 0o600 });
  await writeFile(join(app, 'shared'), 'a');
  await chmod(join(app, 'shared'), 0o666);
  await writeFile(join(app, 'lib/program'), 'a');
  await chmod(join(app, 'lib/program'), 0o4711);
  await chmod(join(app, 'lib'), 0o2770);
  await copyApp(app, copy);
  expect(await Promise.all(['', 'plain', 'shared', 'lib', 'lib/program'].map(modeOf))).toEqual([
    '755',
    '644',
    '644',
    '755',
    '755',
  ]);
});

test('keeps links as they are, dangling ones too', async () => {
  await symlink('lib/nowhere', join(app, 'link'));
  await symlink('/etc/passwd', join(app, 'absolute'));
  await copyApp(app, copy);
  expect(await readlink(join(copy, 'link'))).toBe('lib/nowhere');
  expect(await readlink(join(copy, 'absolute'))).toBe('/etc/passwd');
});

test('leaves out the app’s .git, but not one further below', async () => {
  await mkdir(join(app, '.git'));
  await mkdir(join(app, 'lib/.git'));
  await writeFile(join(app, 'lib/.git/kept'), 'yes');
  await copyApp(app, copy);
  expect(await readdir(copy)).toEqual(['lib']);
  expect(await readFile(join(copy, 'lib/.git/kept'), 'utf8')).toBe('yes');
});

test('does not change the app when its copy changes', async () => {
  await writeFile(join(app, 'file'), 'before');
  await copyApp(app, copy);
  await writeFile(join(copy, 'file'), 'after');
  expect(await readFile(join(app, 'file'), 'utf8')).toBe('before');
});

test('leaves out what is excluded, as .gitignore has it', async () => {
  for (const [path, text] of Object.entries({ 'a.md': '', 'b.js': '', 'lib/c.md': '', 'lib/d.js': '' })) {
    await writeFile(join(app, path), text);
  }
  await copyApp(app, copy, { exclude: ['*.md', '!lib/c.md'] });
  expect((await readdir(copy, { recursive: true })).sort()).toEqual(['b.js', 'lib', 'lib/c.md', 'lib/d.js']);
});

test('takes only what is included, and no folder for nothing', async () => {
  await mkdir(join(app, 'other/deep'), { recursive: true });
  for (const path of ['b.js', 'lib/d.js', 'other/deep/e.js']) await writeFile(join(app, path), '');
  await copyApp(app, copy, { include: ['lib/', '/b.js'] });
  expect((await readdir(copy, { recursive: true })).sort()).toEqual(['b.js', 'lib', 'lib/d.js']);
});

test('leaves out places of our own that lie in the app', async () => {
  await mkdir(join(app, '.cache/deep'), { recursive: true });
  await writeFile(join(app, 'server.js'), '');
  await copyApp(app, copy, { without: [join(app, '.cache')] });
  expect((await readdir(copy)).sort()).toEqual(['lib', 'server.js']);
});

test('names the pipes and sockets that it leaves out, and none that nobody wants', async () => {
  await mkdir(join(app, 'tmp'));
  execFileSync('mkfifo', [join(app, 'lib/pipe'), join(app, 'tmp/pipe')]);
  const server = createServer().listen(join(app, 'server.sock'));
  await once(server, 'listening');
  const leftOut: string[] = [];
  await copyApp(app, copy, { exclude: ['tmp'], onLeftOut: (path) => leftOut.push(path) });
  server.close();
  expect(leftOut.sort()).toEqual(['lib/pipe', 'server.sock']);
  expect((await readdir(copy, { recursive: true })).sort()).toEqual(['lib']);
});

test('copies names that are not UTF-8', async () => {
  const name = Buffer.from([0x66, 0xff, 0x66]);
  await writeFile(Buffer.concat([Buffer.from(`${app}/`), name]), 'x');
  await copyApp(app, copy);
  expect((await readdir(copy, { encoding: 'buffer' })).map((one) => one.toString('hex')).sort()).toContain(
    name.toString('hex'),
  );
});

test('says which file of the app cannot be read', async () => {
  await writeFile(join(app, 'secret.txt'), '');
  await chmod(join(app, 'secret.txt'), 0);
  const copying = copyApp(app, copy);
  if (process.getuid?.() === 0) await copying;
  else await expect(copying).rejects.toThrow('secret.txt is part of the app');
});
