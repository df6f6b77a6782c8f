import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openHostArchive } from '@dema/debian';
import { bubblewrapCommand, copyApp, type HostSettings, makeBubblewrap, writeHostSettings } from '@dema/engine';
import { readNpmConfig } from '@dema/fetch';
import { findEnv, type Image, makeImageTree } from '@dema/oci';
import { PLATFORM_API } from '@dema/spec';
import { openStore } from '@dema/store';

/** The official `creator` in the root of a builder, with a cache that is kept between builds. */
export interface Creator {
  /** The command that builds the app into an image of a registry; all that it needs is laid out before. */
  prepare(app: string, image: string): Promise<{ command: string; args: string[] }>;
  /** A new cache from the next build on. */
  clearCache(): Promise<void>;
}

/** @param cache folder of a store, in which the builder's root is put together */
export async function openCreator(
  builder: Image,
  { cache, folder }: { cache: string; folder: string },
): Promise<Creator> {
  const [store, downloads] = [await openStore(cache), await openStore(join(cache, 'downloads'))];
  const archive = openHostArchive({ store: downloads, env: process.env });
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const bubblewrap = await makeBubblewrap({ store, archive, architecture }).finally(() => archive.close());
  const tree = await makeImageTree(store, builder.layers);
  let kept = await mkdtemp(join(folder, 'creator-cache-'));
  return {
    async clearCache() {
      kept = await mkdtemp(join(folder, 'creator-cache-'));
    },
    async prepare(app, image) {
      const place = await mkdtemp(join(folder, 'creator-'));
      const at = (name: string) => join(place, name);
      for (const name of ['layers', 'platform/env', 'platform/host', 'tmp', 'home'])
        await mkdir(at(name), { recursive: true, mode: 0o755 });
      await copyApp(app, at('workspace'));
      const settings = await writeHostSettings(at('platform/host'), process.env, {
        npm: await readNpmConfig(process.env),
      });
      for (const [name, value] of Object.entries(settings.env)) await writeFile(at(`platform/env/${name}`), value);
      const folders = { '/layers': at('layers'), '/workspace': at('workspace'), '/tmp': at('tmp'), '/cache': kept };
      const program = ['/cnb/lifecycle/creator', '-app', '/workspace', '-cache-dir', '/cache', image];
      return bubblewrapCommand(bubblewrap, [
        ...rootArguments(tree, builder),
        ...Object.entries({ ...folders, '/home/cnb': at('home') }).flatMap(([to, from]) => ['--bind', from, to]),
        ...['--ro-bind', at('platform'), '/platform', ...hostMounts(settings)],
        ...['--chdir', '/layers', '--', ...program],
      ]);
    },
  };
}

/** As much of a container as the lifecycle asks for. */
function rootArguments(tree: string, builder: Image): string[] {
  const [user, group] = ['CNB_USER_ID', 'CNB_GROUP_ID'].map((name) => findEnv(builder, name) ?? '');
  const own = (builder.config.config?.Env ?? []).map((line) => line.split(/=(.*)/s));
  const env = [...own, ['CNB_PLATFORM_API', PLATFORM_API], ['HOME', '/home/cnb']];
  return [
    ...['--unshare-user', '--unshare-pid', '--die-with-parent', '--uid', user ?? '', '--gid', group ?? ''],
    ...['--overlay-src', tree, '--tmp-overlay', '/', '--dev', '/dev', '--proc', '/proc'],
    ...['resolv.conf', 'hosts'].flatMap((name) => ['--ro-bind', `/etc/${name}`, `/etc/${name}`]),
    ...['--clearenv', ...env.flatMap(([name = '', value = '']) => ['--setenv', name, value])],
  ];
}

function hostMounts({ mounts }: HostSettings): string[] {
  return mounts.flatMap((mount) => ('source' in mount ? ['--ro-bind', mount.source, mount.target] : []));
}
