import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTar } from '@dema/archive';
import { removeFolder } from '@dema/store';
import { crane } from './crane.ts';
import type { Setting } from './setting.ts';

/** The file that a patched base image has besides, and what is in it. */
export const PATCHED = { path: '/etc/patched', content: 'newer\n' };

/** Publishes a base image with a layer more, as a newer one is: by another program than ours. */
export async function patchImage(real: Pick<Setting, 'tools'>, from: string, to: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dema-patch-'));
  try {
    const layer = join(folder, 'layer.tar');
    const body = Buffer.from(PATCHED.content);
    const entry = {
      path: PATCHED.path.slice(1),
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: body.length,
    } as const;
    await writeFile(layer, writeTar([{ ...entry, body: () => [body] }]));
    await crane(real, ['append', '--base', from, '--new_layer', layer, '--new_tag', to]);
  } finally {
    await removeFolder(folder);
  }
}
