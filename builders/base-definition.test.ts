import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBaseDefinition } from './base-definition.ts';
import { readBaseLock } from './base-lock.ts';
import { listBuiltIn } from './builder-folder.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-definition-'));
});

afterEach(() => removeFolder(root));

async function write(name: string, text: string, file = 'base.toml'): Promise<string> {
  await mkdir(join(root, name), { recursive: true });
  await writeFile(join(root, name, file), text);
  return join(root, name);
}

test('an image has what it stands on, and what is its own', async () => {
  await write(
    'below',
    'stack-id = "s"\n[packages]\naa = "x"\nbb = "x"\n[exclude]\ncc = "x"\n[run.only]\nbb = ["usr/b"]\n',
  );
  const folder = await write(
    'own',
    `description = "Ours"
from = "../below"
certificates = ["ca.pem"]
[packages]
bb = "all of it"
cc = "wanted after all"
[build.packages]
dd = "x"
[labels]
"com.example.team" = "web"
[user]
name = "app"
run = 2002
[[users]]
name = "db"
uid = 999
`,
  );
  expect(await readBaseDefinition(folder, 'run')).toMatchObject({
    name: 'own',
    packages: ['aa', 'bb', 'cc'],
    exclude: [],
    only: {},
    lockFile: join(folder, 'run.lock.json'),
    description: 'Ours',
    stackId: 's',
    labels: { 'com.example.team': 'web' },
    user: { name: 'app', uid: 2002, gid: 1000, home: '/home/cnb' },
    users: [{ name: 'db', uid: 999, gid: 999, home: '/nonexistent' }],
    certificates: [join(folder, 'ca.pem')],
  });
  const build = await readBaseDefinition(folder, 'build');
  expect([build.packages, build.user.uid]).toEqual([['aa', 'bb', 'cc', 'dd'], 1001]);
});

test('without packages of its own an image has the lock of what it stands on', async () => {
  const folder = await write('own', 'from = "tiny"\n[labels]\na = "b"\n');
  const [own, tiny, base] = [
    await readBaseDefinition(folder, 'build'),
    await readBaseDefinition('tiny', 'build'),
    await readBaseDefinition('base', 'build'),
  ];
  expect([own.lockFile, tiny.lockFile]).toEqual([base.lockFile, base.lockFile]);
  expect([own.stackId, tiny.stackId, base.stackId]).toEqual([
    'io.dema.stacks.trixie.tiny',
    'io.dema.stacks.trixie.tiny',
    'io.dema.stacks.trixie',
  ]);
});

test('a builder without base images of its own has the built-in ones that it names', async () => {
  const order = '[[order]]\n[[order.group]]\nid = "a"\n';
  const folder = await write(
    'named',
    `${order}[build]\nimage = "dema/build-base:trixie"\n[[run.images]]\nimage = "dema/run-tiny:trixie"\n`,
    'builder.toml',
  );
  const [build, run] = [await readBaseDefinition(folder, 'build'), await readBaseDefinition(folder, 'run')];
  expect([build.name, run.name]).toEqual(['base', 'tiny']);
});

test('images that stand on themselves are refused', async () => {
  const folder = await write('one', 'from = "../two"\n');
  await write('two', 'from = "../one"\n');
  await expect(readBaseDefinition(folder, 'run')).rejects.toMatchObject({ code: 'BUILDER_BASE_CIRCULAR' });
});

test('a base image that there is not is told as one, with the file that names it', async () => {
  const fix = expect.stringContaining('base.toml');
  await expect(readBaseDefinition('nope', 'run')).rejects.toMatchObject({
    code: 'BUILDER_NAME_UNKNOWN',
    problem: 'There is no base image "nope".',
    fix,
  });
  await expect(readBaseDefinition(join(root, 'nope'), 'run')).rejects.toMatchObject({
    code: 'BUILDER_FILE_MISSING',
    problem: `The folder ${join(root, 'nope')} has no base.toml.`,
    fix: expect.not.stringContaining('builder create'),
  });
  const folder = await write('own', 'from = "bas"\n');
  await expect(readBaseDefinition(folder, 'run')).rejects.toMatchObject({
    problem: `${join(folder, 'base.toml')} names the base image "bas" in \`from\`, and there is none of that name.`,
    fix,
  });
  await write('own', 'from = "../nope"\n');
  await expect(readBaseDefinition(folder, 'run')).rejects.toMatchObject({
    problem: `${join(folder, 'base.toml')} names ${join(root, 'nope')} in \`from\`, which has no base.toml.`,
  });
});

test('a file of a base image that cannot be read is named', async () => {
  await mkdir(join(root, 'own/base.toml'), { recursive: true });
  await expect(readBaseDefinition(join(root, 'own'), 'run')).rejects.toMatchObject({
    code: 'BUILDER_FILE_UNREADABLE',
    problem: `${join(root, 'own/base.toml')} cannot be read: it is a folder.`,
  });
  await mkdir(join(root, 'run.lock.json'));
  const lock = { lockFile: join(root, 'run.lock.json'), packages: [], exclude: [] };
  await expect(readBaseLock(lock)).rejects.toMatchObject({ code: 'BUILDER_FILE_UNREADABLE' });
});

test('a lock that was never made is missed by its name', async () => {
  const folder = await write('own', '[packages]\naa = "x"\n');
  await expect(readBaseLock(await readBaseDefinition(folder, 'run'))).rejects.toMatchObject({
    code: 'BUILDER_LOCK_MISSING',
    fix: expect.stringContaining(`dema base update ${folder}`),
  });
});

const builtIn = await listBuiltIn();
const images = builtIn.flatMap((name) => (['build', 'run'] as const).map((role) => ({ name, role })));

test.each(images)('the lock of $role-$name is that of its list', async ({ name, role }) => {
  const definition = await readBaseDefinition(name, role);
  for (const locked of Object.values((await readBaseLock(definition)).architectures)) {
    const names = locked.map((one) => one.name);
    expect(names).toEqual(expect.arrayContaining(definition.packages));
    expect(names.filter((one) => definition.exclude.includes(one))).toEqual([]);
  }
});

test.each(builtIn)('an app is built against the packages that it runs on: %s', async (name) => {
  const read = async (role: 'build' | 'run') =>
    (await readBaseLock(await readBaseDefinition(name, role))).architectures.amd64.map(({ sha256 }) => sha256);
  expect(await read('build')).toEqual(expect.arrayContaining(await read('run')));
});
