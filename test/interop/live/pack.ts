import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeHostSettings } from '@dema/engine';
import { type ExecResult, exec } from '@dema/exec';
import { readNpmConfig } from '@dema/fetch';
import { ownEnv } from '../go.ts';
import { type BuilderToml, renderBuilderToml } from './builder-toml.ts';
import type { Setting } from './setting.ts';

/** `pack` with settings of its own, and the container engine of the tests for Docker. */
export interface Pack {
  /** Throws with what it printed when it fails. */
  (args: string[]): Promise<ExecResult>;
  /** Makes a builder in the registry. */
  createBuilder(reference: string, descriptor: BuilderToml): Promise<void>;
  /** Options of `pack build` by which a build reaches the network as this machine does. */
  networkOptions(): Promise<string[]>;
  /** Those of them that a proxy or certificates of this machine ask for. */
  hostOptions(): Promise<string[]>;
}

/** @param folder for its settings and all that it needs */
export async function openPack(folder: string, { tools, engine }: Pick<Setting, 'tools' | 'engine'>): Promise<Pack> {
  const env = {
    ...ownEnv(),
    PACK_HOME: join(folder, 'pack-home'),
    DOCKER_CONFIG: join(folder, 'docker-config'),
    DOCKER_HOST: engine.dockerHost,
    NO_COLOR: '1',
  };
  await mkdir(env.PACK_HOME, { recursive: true });
  await writeFile(join(env.PACK_HOME, 'config.toml'), 'experimental = true\n');
  const pack = async (args: string[]) => {
    const ended = await exec(tools.pack, args, { env });
    if (ended.code !== 0) throw new Error(`pack ${args.join(' ')} failed:\n${ended.stdout}${ended.stderr}`);
    return ended;
  };
  const hostOptions = async () => {
    const host = await mkdtemp(join(folder, 'host-'));
    const settings = await writeHostSettings(host, process.env, {
      npm: await readNpmConfig(process.env),
    });
    await exec('chmod', ['-R', 'a+rX', host], { env: ownEnv() });
    const variables = Object.entries(settings.env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const volumes = settings.mounts.flatMap((mount) =>
      'source' in mount ? ['--volume', `${mount.source}:${mount.target}:ro`] : [],
    );
    return [...variables, ...volumes];
  };
  return Object.assign(pack, {
    hostOptions,
    async createBuilder(reference: string, descriptor: BuilderToml) {
      const file = join(await mkdtemp(join(folder, 'builder-')), 'builder.toml');
      await writeFile(file, renderBuilderToml({ ...descriptor, lifecycle: tools.lifecycleArchive }));
      await pack(['builder', 'create', reference, '--config', file, '--publish']);
    },
    networkOptions: async () => ['--network', 'host', ...(await hostOptions())],
  });
}
