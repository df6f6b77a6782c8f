import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExecResult, exec } from '@dema/exec';
import { ownEnv } from '../go.ts';
import type { PodmanService } from './podman-service.ts';
import type { RealTools } from './real-tools.ts';

/** Runs `pack`. Throws with what it printed when it fails. */
export type Pack = (args: string[]) => Promise<ExecResult>;

/** `pack` with settings of its own in a folder, and the container engine of the tests. */
export async function openPack(
  folder: string,
  tools: RealTools,
  engine: Pick<PodmanService, 'dockerHost'>,
): Promise<Pack> {
  const env = {
    ...ownEnv(),
    PACK_HOME: join(folder, 'pack-home'),
    DOCKER_CONFIG: join(folder, 'docker-config'),
    DOCKER_HOST: engine.dockerHost,
    NO_COLOR: '1',
  };
  await mkdir(env.PACK_HOME, { recursive: true });
  await writeFile(join(env.PACK_HOME, 'config.toml'), 'experimental = true\n');
  return async (args) => {
    const ended = await exec(tools.pack, args, { env });
    if (ended.code !== 0) throw new Error(`pack ${args.join(' ')} failed:\n${ended.stdout}${ended.stderr}`);
    return ended;
  };
}
