import { expect, test } from 'vitest';
import { parseBaseToml } from './base-toml.ts';

const NONE = { packages: {}, exclude: {}, only: {} };

test('reads every key', () => {
  const text = `
description = "Ours"
maintainer = "Example"
from = "base"
stack-id = "com.example.stacks.trixie"
certificates = ["ca.pem"]
[packages]
libvips42t64 = "pictures"
[exclude]
perl = "not needed"
[run]
from = "tiny"
[run.packages]
"libstdc++6" = "C++"
[run.only]
libc-bin = ["usr/lib/locale"]
[build.packages]
gcc = "C"
[labels]
"com.example.team" = "web"
[env]
LANG = "C.UTF-8"
[user]
name = "app"
home = "/home/app"
group = 2000
build = 2001
run = 2002
[[users]]
name = "db"
uid = 999
gid = 998
home = "/var/lib/db"
`;
  expect(parseBaseToml(text, 'base.toml')).toEqual({
    description: 'Ours',
    maintainer: 'Example',
    from: 'base',
    stackId: 'com.example.stacks.trixie',
    certificates: ['ca.pem'],
    labels: { 'com.example.team': 'web' },
    env: { LANG: 'C.UTF-8' },
    user: { name: 'app', home: '/home/app', group: 2000, build: 2001, run: 2002 },
    users: [{ name: 'db', uid: 999, gid: 998, home: '/var/lib/db' }],
    shared: { ...NONE, packages: { libvips42t64: 'pictures' }, exclude: { perl: 'not needed' } },
    run: { ...NONE, from: 'tiny', packages: { 'libstdc++6': 'C++' }, only: { 'libc-bin': ['usr/lib/locale'] } },
    build: { ...NONE, from: undefined, packages: { gcc: 'C' } },
  });
});

test('an empty file is one that changes nothing', () => {
  expect(parseBaseToml('', 'base.toml')).toMatchObject({ from: undefined, shared: NONE, users: [], labels: {} });
});

test.each([
  ['a key that there is not', 'package = "x"', '`package` is not a key of a base image'],
  ['a package without a reason', '[packages]\ngcc = ""', '`packages.gcc` must not be empty'],
  ['a list of packages', 'packages = ["gcc"]', '`packages` must be a table'],
  ['what is no name', '[run.packages]\nGCC = "x"', '`run.packages.GCC` is no name of a Debian package'],
  ['a path outside of a package', '[only]\nxx = ["/usr"]', '`only.xx` names "/usr"'],
  ['a stack that nobody can name', 'stack-id = "a b"', '`stack-id` is "a b"'],
  ['one user for both images', '[user]\nbuild = 5\nrun = 5', '`user.run` is 5, as for builds'],
  ['root', '[user]\nrun = 0', '`user.run` is 0'],
  ['a user without a number', '[[users]]\nname = "db"', '`users[0].uid` is missing'],
  ['a user with a colon', '[[users]]\nname = "a:b"\nuid = 5', '`users[0].name` is "a:b"'],
  ['a relative home', '[user]\nhome = "home"', '`user.home` is "home"'],
  ['a variable that a shell cannot have', '[env]\n"A B" = "x"', '`env` sets "A B"'],
])('%s is refused', (_, text, problem) => {
  expect(() => parseBaseToml(text, 'base.toml')).toThrow(problem);
});
