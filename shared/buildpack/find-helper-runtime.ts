import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './settings.ts';

/** What launch helpers run on in images, as the newest `dema/runtime` beside the buildpack has it; it need not be there. */
export function findHelperRuntime({ CNB_BUILDPACK_DIR: folder = '' }: Environment): string {
  const runtimes = join(folder, '../../dema_runtime');
  const versions = existsSync(runtimes) ? readdirSync(runtimes).sort() : [];
  return join(runtimes, versions.at(-1) ?? '', 'launch');
}
