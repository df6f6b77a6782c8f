import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './settings.ts';

const { compare: byNumbers } = new Intl.Collator('en', { numeric: true });

/** What launch helpers run on in images: of a self-contained buildpack in itself, else in the newest `dema/runtime` beside it; it need not be there. */
export function findHelperRuntime({ CNB_BUILDPACK_DIR: folder = '' }: Environment): string {
  const own = join(folder, 'runtime/launch');
  if (existsSync(own)) return own;
  const runtimes = join(folder, '../../dema_runtime');
  const versions = existsSync(runtimes) ? readdirSync(runtimes).sort(byNumbers) : [];
  return join(runtimes, versions.at(-1) ?? '', 'launch');
}
