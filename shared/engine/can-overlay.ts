import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFault } from '@dema/errors';
import { runInSandbox } from './sandbox.ts';
import { type Session, sandboxOf } from './session.ts';

/**
 * Whether changes can be kept apart from what lies below them on the file system of the store: where that is itself an
 * overlay, as in most containers, they cannot. Tried once for each file system.
 */
export async function canOverlay(session: Session): Promise<boolean> {
  const { builder, store, folders } = session;
  if (builder.bubblewrap === undefined) return false;
  const device = String((await stat(folders.root)).dev);
  const known = await store.readRecord('can-overlay', device);
  if (typeof known === 'boolean') return known;
  const answer = await tryOverlay(session);
  await store.writeRecord('can-overlay', device, answer);
  return answer;
}

async function tryOverlay(session: Session): Promise<boolean> {
  const folder = await mkdtemp(join(session.folders.overlay, 'try-'));
  const [lower = '', upper = '', work = ''] = ['lower', 'upper', 'work'].map((name) => join(folder, name));
  for (const path of [lower, upper, work]) await mkdir(path);
  try {
    const mounts = [{ lower: [lower], upper, work, target: '/tmp' }];
    const { code } = await runInSandbox({ ...sandboxOf(session), mounts, command: ['/bin/touch', '/tmp/x'], env: {} });
    return code === 0;
  } catch (error) {
    if (isFault(error, 'ENGINE_SANDBOX_FAILED')) return false;
    throw error;
  }
}
