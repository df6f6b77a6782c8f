import { chmod, copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Not part of the app: `.git` differs between two clones of the same commit (its index holds times and inode numbers),
 * and would make every image differ with it.
 */
const LEFT_OUT = new Set(['.git']);

/**
 * Copies the app so that the user's folder is never written to, and so that the copy depends on names and contents
 * alone: modes become 0755 or 0644 by the owner's execute bit, sockets and devices are left out, links stay as they are.
 */
export async function copyApp(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await copyFolder(from, to, (name) => LEFT_OUT.has(name));
}

async function copyFolder(from: string, to: string, isLeftOut: (name: string) => boolean): Promise<void> {
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      if (isLeftOut(entry.name)) return;
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      if (entry.isDirectory()) {
        await mkdir(target);
        await copyFolder(source, target, () => false);
      } else if (entry.isSymbolicLink()) {
        await symlink(await readlink(source), target);
      } else if (entry.isFile()) {
        const { mode } = await lstat(source);
        await copyFile(source, target);
        await chmod(target, mode & 0o100 ? 0o755 : 0o644);
      }
    }),
  );
}
