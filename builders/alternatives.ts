import { dirname, join } from 'node:path/posix';
import type { TarEntry } from '@dema/archive';
import { symlink } from './new-entries.ts';
import type { Root } from './root-entries.ts';

/** Names under which programs are called that are there under another, each with the one beside it. */
const LINKS: Record<string, string> = {
  'etc/mysql/my.cnf': 'mariadb.cnf',
  'usr/bin/awk': 'mawk',
  'usr/bin/c++': 'g++',
  'usr/bin/c89': 'c89-gcc',
  'usr/bin/c99': 'c99-gcc',
  'usr/bin/cc': 'gcc',
  'usr/bin/editor': 'vim.tiny',
  'usr/bin/nawk': 'mawk',
  'usr/bin/nc': 'nc.openbsd',
  'usr/bin/netcat': 'nc.openbsd',
  'usr/bin/pager': 'less',
  'usr/bin/pinentry': 'pinentry-curses',
  'usr/bin/telnet': 'inetutils-telnet',
  'usr/bin/vi': 'vim.tiny',
  'usr/bin/which': 'which.debianutils',
  'usr/bin/yacc': 'bison.yacc',
  'usr/sbin/rmt': 'rmt-tar',
};

/** Programs whose name has their make or version behind it: ImageMagick, Kerberos, automake. */
const NAMED = /^(usr\/bin\/.+?)(?:-im7\.q16|\.mit|(?<=\/(?:automake|aclocal))-[\d.]+)$/;

/** What `update-alternatives` would choose in this root. A name that a package brings itself stays its own. */
export function alternatives(root: Root): TarEntry[] {
  const listed = Object.entries(LINKS).filter(([link, name]) => root.has(join(dirname(link), name)));
  const named = [...root.keys()].flatMap((path): [string, string][] => {
    const link = NAMED.exec(path)?.[1];
    return link ? [[link, path.slice(path.lastIndexOf('/') + 1)]] : [];
  });
  return [...listed, ...named].filter(([link]) => !root.has(link)).map(([link, name]) => symlink(link, name));
}
