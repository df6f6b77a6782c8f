import { chmod, link, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { systemPath } from '@dema/archive';
import { exec } from '@dema/exec';
import { contentOf, parseName } from './names.ts';

/** Makes what the lines of a case describe (`golden/cases/tree.go` has the notation) below an existing folder. */
export async function writeTree(root: string, lines: string[]): Promise<void> {
  const modes: [path: string, mode: number][] = [];
  for (const line of lines) {
    const [kind = '', ...words] = line.split(' ');
    if (kind === 'symlink' || kind === 'hardlink') {
      await writeLink(root, kind, words);
      continue;
    }
    const [mode = '', name = '', size = '0'] = words;
    const path = `${root}/${parseName(name)}`;
    await writeEntry(kind, path, Number(size));
    modes.push([path, Number.parseInt(mode, 8)]);
  }
  // Last, so that a folder may forbid to be written to.
  for (const [path, mode] of modes.toReversed()) await chmod(systemPath(path), mode);
}

async function writeEntry(kind: string, path: string, size: number): Promise<void> {
  if (kind === 'dir') await mkdir(systemPath(path), { recursive: true, mode: 0o700 });
  else if (kind === 'fifo') await exec('mkfifo', [path], { env: { PATH: process.env.PATH ?? '' } });
  else if (kind === 'socket') await writeSocket(path);
  else await writeFile(systemPath(path), kind === 'file' ? contentOf(size) : '');
  if (kind === 'sparse') await truncate(systemPath(path), size);
}

async function writeLink(root: string, kind: string, [from = '', , to = '']: string[]): Promise<void> {
  const [path, target] = [`${root}/${parseName(from)}`, parseName(to)];
  if (kind === 'symlink') await symlink(systemPath(target), systemPath(path));
  else await link(systemPath(`${root}/${target}`), systemPath(path));
}

/** A socket stays while its server listens, which does not keep the process alive. */
async function writeSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(path, done));
  server.unref();
}
