import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { openLaunchPlace } from '../interop/launch-place.ts';
import { measure } from './measure.ts';

const PROGRAM = '/bin/true';
const METADATA = `[[processes]]
type = "web"
command = ["${PROGRAM}"]
direct = true
buildpack-id = "dema/nodejs"

[[buildpacks]]
id = "dema/nodejs"
version = "1.0.0"
api = "0.10"
`;

/** Seconds that the launcher takes before the app starts: a program through it, less the program alone; medians. */
export async function measureLauncher(runs: number): Promise<number> {
  const { root, launcher, makeFolder } = await openLaunchPlace();
  try {
    const folder = await makeFolder();
    for (const name of ['layers/config', 'layers/dema_nodejs', 'workspace']) {
      await mkdir(join(folder, name), { recursive: true });
    }
    await writeFile(join(folder, 'layers/config/metadata.toml'), METADATA);
    const env = {
      CNB_LAYERS_DIR: join(folder, 'layers'),
      CNB_APP_DIR: join(folder, 'workspace'),
      CNB_PLATFORM_API: '0.15',
      PATH: '/usr/bin:/bin',
    };
    const seconds = (command: string, args: string[]) =>
      medianOf(runs, () => measure(command, args, { cwd: root, env }));
    return (await seconds(launcher, ['--', PROGRAM])) - (await seconds(PROGRAM, []));
  } finally {
    await removeFolder(root);
  }
}

async function medianOf(runs: number, run: () => Promise<{ seconds: number }>): Promise<number> {
  const all: number[] = [];
  for (let index = 0; index < runs; index += 1) all.push((await run()).seconds);
  return all.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}
