import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files by name: their content, or `{ link }` for a symbolic link. Content that begins with `#!` makes a file executable. */
export type Files = Record<string, string | { link: string }>;

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    if (typeof content !== 'string') await symlink(content.link, file);
    else await writeFile(file, content);
    if (typeof content === 'string' && content.startsWith('#!')) await chmod(file, 0o755);
  }
}
