import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files by path; one that ends in `/` is a folder, `-> ` begins a link, `#!` a program. */
export async function writeCaseFiles(root: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    await mkdir(path.endsWith('/') ? file : dirname(file), { recursive: true });
    if (path.endsWith('/')) continue;
    if (content.startsWith('-> ')) await symlink(content.slice(3), file);
    else await writeFile(file, content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
}
