import type { TarEntry } from '@dema/archive';
import { alternatives } from './alternatives.ts';
import type { ImageUser } from './image-role.ts';
import { directory, symlink, textFile } from './new-entries.ts';
import type { Root } from './root-entries.ts';

/** What maintainer scripts and the installer of Debian would have made, apart from certificates and the package database. */
export function systemFiles(root: Root, users: ImageUser[]): TarEntry[] {
  return [
    ...mergedFolders(root),
    ...accounts(root, users),
    ...emptyFolders(),
    ...defaults(root),
    ...alternatives(root),
    ...tlsLibraryFolder(),
  ];
}

function mergedFolders(root: Root): TarEntry[] {
  const names = ['bin', 'sbin', 'lib', ...(root.has('usr/lib64') ? ['lib64'] : [])];
  return names.flatMap((name) => [symlink(name, `usr/${name}`), directory(`usr/${name}`)]);
}

/** Numbers as Debian's base-passwd gives them. No passwords: nobody logs in. */
function accounts(root: Root, own: ImageUser[]): TarEntry[] {
  const shell = root.has('usr/bin/bash') ? '/bin/bash' : root.has('usr/bin/dash') ? '/bin/sh' : '/usr/sbin/nologin';
  const users = [
    `root:x:0:0:root:/root:${shell}`,
    'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
    ...own.map(({ name, uid, gid, home }) => `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`),
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  ];
  const groups = [
    'root:x:0:',
    'tty:x:5:',
    'mail:x:8:',
    'www-data:x:33:',
    'staff:x:50:',
    ...own.map(({ name, gid }) => `${name}:x:${gid}:`),
    'nogroup:x:65534:',
  ];
  const homes = own
    .filter(({ home }) => home !== '/nonexistent')
    .map(({ home, uid, gid }) => directory(home.slice(1), { uid, gid }));
  return [
    textFile('etc/passwd', lines(users)),
    textFile('etc/group', lines(groups)),
    ...homes,
    directory('root', { mode: 0o700 }),
  ];
}

function emptyFolders(): TarEntry[] {
  const shared = ['tmp', 'var/tmp', 'run/lock'].map((path) => directory(path, { mode: 0o1777 }));
  const plain = [
    'dev',
    'proc',
    'sys',
    'run',
    'mnt',
    'media',
    'opt',
    'srv',
    'var/cache',
    'var/lib',
    'var/log',
    'var/opt',
    'var/spool',
  ];
  const local = ['bin', 'etc', 'include', 'lib', 'sbin', 'share/ca-certificates', 'src'].map(
    (name) => `usr/local/${name}`,
  );
  return [
    ...shared,
    ...[...plain, ...local].map((path) => directory(path)),
    symlink('var/run', '/run'),
    symlink('var/lock', '/run/lock'),
  ];
}

/** Where a platform puts the app, the layers, the buildpacks and its own files; a root that is read-only has to have them. */
export function buildFolders({ uid, gid }: ImageUser): TarEntry[] {
  return [
    ...['workspace', 'layers'].map((path) => directory(path, { uid, gid })),
    ...['cnb', 'cnb/buildpacks', 'platform', 'platform/env'].map((path) => directory(path)),
  ];
}

/** Empty files are where a container engine or a sandbox puts those of the host. */
function defaults(root: Root): TarEntry[] {
  const profile = root.get('usr/share/base-files/profile');
  return [
    textFile('etc/hostname', ''),
    textFile('etc/hosts', lines(['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback'])),
    textFile(
      'etc/nsswitch.conf',
      lines([
        'passwd: files',
        'group: files',
        'hosts: files dns',
        'networks: files',
        'protocols: files',
        'services: files',
      ]),
    ),
    ...(profile ? [{ ...profile, path: 'etc/profile' }] : []),
    textFile('etc/resolv.conf', ''),
    textFile(
      'etc/shells',
      lines(['bash', 'dash', 'sh'].filter((name) => root.has(`usr/bin/${name}`)).map((name) => `/bin/${name}`)),
    ),
    textFile('etc/timezone', 'Etc/UTC\n'),
    ...(root.has('usr/share/zoneinfo/Etc/UTC') ? [symlink('etc/localtime', '/usr/share/zoneinfo/Etc/UTC')] : []),
  ];
}

/** Where Debian's OpenSSL looks for certificates and settings; the links are in the package of its command, which an image may be without. */
function tlsLibraryFolder(): TarEntry[] {
  return [
    symlink('usr/lib/ssl/cert.pem', '/etc/ssl/certs/ca-certificates.crt'),
    symlink('usr/lib/ssl/certs', '/etc/ssl/certs'),
    symlink('usr/lib/ssl/openssl.cnf', '/etc/ssl/openssl.cnf'),
  ];
}

function lines(texts: string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
