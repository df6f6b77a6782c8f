import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyApp, writeHostSettings } from '@dema/engine';
import { exec } from '@dema/exec';
import { readNpmConfig } from '@dema/fetch';
import { PLATFORM_API } from '@dema/spec';
import { ownEnv } from '../go.ts';
import { openPodman } from './podman-service.ts';
import type { Setting } from './setting.ts';

export interface LifecycleBuild {
  builder: string;
  /** Reference in the registry. */
  image: string;
  /** Folder of the app, of which builds get a copy as our engine makes it. */
  app: string;
  env?: Record<string, string>;
  /** The newest without one. */
  platformApi?: string;
  /** That of the builder without one. */
  runImage?: string;
  previousImage?: string;
}

/** Where the official lifecycle of builders builds in containers, with one cache that is kept between builds. */
export interface LifecyclePlace {
  /** All phases in one container, as platforms run builders that they trust. Gives what it printed; throws with that when it fails. */
  create(build: LifecycleBuild): Promise<string>;
  /** A container for each phase; detect and build as the ordinary user and without the cache. */
  runPhases(build: LifecycleBuild): Promise<string>;
  /** Any program of a builder, as root, for what has no app. */
  run(builder: string, command: string[], platformApi?: string): Promise<string>;
}

type Mounts = Record<string, string>;

/** @param root an empty folder */
export async function openLifecyclePlace(root: string, { engine }: Pick<Setting, 'engine'>): Promise<LifecyclePlace> {
  const podman = openPodman(engine);
  const cache = join(root, 'cache');
  await mkdir(cache);

  async function run(
    { builder, platformApi = PLATFORM_API }: Pick<LifecycleBuild, 'builder' | 'platformApi'>,
    [name = '', ...args]: string[],
    mounts: Mounts,
    user = 'root',
  ): Promise<string> {
    const volumes = Object.entries(mounts).flatMap(([target, source]) => ['--volume', `${source}:${target}`]);
    const given = ['--rm', '--user', user, '--env', `CNB_PLATFORM_API=${platformApi}`, '--env', 'CNB_NO_COLOR=true'];
    const ended = await podman([
      'run',
      ...given,
      ...volumes,
      '--entrypoint',
      `/cnb/lifecycle/${name}`,
      builder,
      ...args,
    ]);
    const output = `${ended.stdout}${ended.stderr}`;
    if (ended.code !== 0) throw new Error(`${name} of the lifecycle ended with ${ended.code}:\n${output}`);
    return output;
  }

  return {
    async create(build) {
      const mounts = await prepare(await mkdtemp(join(root, 'build-')), build);
      const args = [...named('run-image', build.runImage), ...named('previous-image', build.previousImage)];
      const command = ['creator', '-cache-dir', '/cache', ...args, build.image];
      return run(build, command, { ...mounts, '/cache': cache });
    },
    async runPhases(build) {
      const mounts = await prepare(await mkdtemp(join(root, 'build-')), build);
      const withCache = { ...mounts, '/cache': cache };
      const chosen = [...named('run-image', build.runImage), ...named('previous-image', build.previousImage)];
      return [
        await run(build, ['analyzer', ...chosen, build.image], withCache),
        await run(build, ['detector'], mounts, ''),
        await run(build, ['restorer', '-cache-dir', '/cache'], withCache),
        await run(build, ['builder'], mounts, ''),
        await run(build, ['exporter', '-cache-dir', '/cache', build.image], withCache),
      ].join('');
    },
    run: (builder, command, platformApi) => run({ builder, platformApi }, command, {}),
  };
}

function named(flag: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`-${flag}`, value];
}

/** Folders of one build: the app, empty layers, and variables with what it takes to reach the network. */
async function prepare(folder: string, { app, env = {} }: LifecycleBuild): Promise<Mounts> {
  const path = (name: string) => join(folder, name);
  await copyApp(app, path('workspace'));
  await mkdir(path('layers'));
  await chmod(path('layers'), 0o755);
  for (const name of ['platform/env', 'platform/host']) await mkdir(path(name), { recursive: true });
  const settings = await writeHostSettings(path('platform/host'), process.env, {
    npm: await readNpmConfig(process.env),
  });
  for (const [name, value] of Object.entries({ ...settings.env, ...env })) {
    await writeFile(path(`platform/env/${name}`), value);
  }
  const owners = ['1001:1000', path('workspace'), path('layers'), path('platform')];
  await exec('chown', ['-R', ...owners], { env: ownEnv() });
  return { '/workspace': path('workspace'), '/layers': path('layers'), '/platform': path('platform') };
}
