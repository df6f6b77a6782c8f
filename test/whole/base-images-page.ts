import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A row of the table of sizes in docs/base-images.md; sizes in MB. */
export interface ImageFigures {
  role: 'build' | 'run';
  base: string;
  packages: number;
  amd64: number;
  arm64: number;
  budget: number;
}

export const PAGE = join(import.meta.dirname, '../../docs/base-images.md');

export async function readImageFigures(): Promise<ImageFigures[]> {
  const rows = (await readFile(PAGE, 'utf8')).matchAll(/^\| `(build|run)-(\w+)` \|([\d. |]+)\|$/gm);
  return [...rows].map(([, role, base = '', cells = '']) => {
    const [packages = 0, amd64 = 0, arm64 = 0, budget = 0] = cells.split('|').map(Number);
    return { role: role === 'build' ? 'build' : 'run', base, packages, amd64, arm64, budget };
  });
}

/** How far a figure of the page may be from what is measured, as a part of it: security updates move every size a little. */
export const TOLERANCE = 0.03;
