import { renderJson } from '@dema/spec';
import { type Digest, digestOf } from '@dema/store';
import { findAppState } from './app-state.ts';
import type { ImageRequest } from './build-image.ts';
import { type Builder, isOfKit, PRODUCTION } from './builder.ts';
import type { CopyOptions } from './copy-app.ts';
import { isInside } from './volume.ts';

/**
 * All that an image is made of, as a digest: app, builder, run image, settings, the program itself, and the day, for what
 * buildpacks say of a coming end of life. Undefined where something goes in that is not seen from here: volumes, the container
 * that the build runs in, and buildpacks that are not of our kit.
 */
export function findBuildInputs(request: ImageRequest, copied: CopyOptions, now: Date): Digest | undefined {
  const { program, builder, env, network, lock, defaultProcess, created, execEnv = PRODUCTION } = request;
  const isSeen = builder.bubblewrap !== undefined && (request.volumes ?? []).length === 0;
  if (program === undefined || !isSeen || !builder.buildpacks.every(({ descriptor }) => isOfKit(descriptor)))
    return undefined;
  const app = findAppState(request.app, copied, now.getTime());
  const others = builder.buildpacks.filter(({ folder }) => !isInside(folder, request.store.root));
  const states = others.map(({ folder }) => findAppState(folder, {}, now.getTime()));
  if ([app, ...states].includes(undefined)) return undefined;
  const settings = { env: sorted(env), network, lock, defaultProcess, created, execEnv };
  return digestOf(
    renderJson([now.toISOString().slice(0, 10), program, app, states, settings, describeBuilder(builder)]),
  );
}

/** Folders of the store, which are named by what is in them, stand for their contents, and layers have their digests. */
function describeBuilder({ buildpacks, runImage, launcher, bubblewrap: _, ...rest }: Builder) {
  const { image, ...named } = runImage;
  const { layer, ...described } = launcher;
  return {
    ...rest,
    buildpacks: buildpacks.map(({ folder, descriptor, layer: own }) => [folder, descriptor, own?.diffId]),
    runImage: { ...named, config: image.config, layers: image.layers.map(({ diffId }) => diffId) },
    launcher: { ...described, layer: layer.diffId },
  };
}

function sorted(env: Record<string, string>): [string, string][] {
  return Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1));
}
