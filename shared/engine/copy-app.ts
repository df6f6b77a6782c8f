import { chmod, copyFile, lstat, mkdir, readdir, readlink, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppFiles, fileFilter } from './app-files.ts';

/**
 * Copies the app so that the user's folder is never written to, and so that the copy depends on names and contents
 * alone: modes become 0755 or 0644 by the owner's execute bit, sockets and devices are left out, links stay as they are.
 */
export async function copyApp(from: string, to: string, files: AppFiles = {}): Promise<void> {
  await mkdir(to, { recursive: true });
  await copyFolder({ from, to, path: '', isWanted: fileFilter(files), dropsEmpty: files.include !== undefined });
}

interface FolderCopy {
  from: string;
  to: string;
  /** Relative to the app's folder, with a `/` at its end, or empty. */
  path: string;
  isWanted: (path: string) => boolean;
  /** Folders into which nothing was copied go again. */
  dropsEmpty: boolean;
}

async function copyFolder({ from, to, path, ...rules }: FolderCopy): Promise<void> {
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      const relative = `${path}${entry.name}${entry.isDirectory() ? '/' : ''}`;
      if (!rules.isWanted(relative)) return;
      if (entry.isDirectory()) {
        await mkdir(target);
        await copyFolder({ from: source, to: target, path: relative, ...rules });
        if (rules.dropsEmpty && (await readdir(target)).length === 0) await rmdir(target);
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
