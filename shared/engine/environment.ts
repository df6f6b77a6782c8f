import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  apiAtLeast,
  applyEnvFiles,
  applyPlatformEnvFiles,
  type BuildpackDescriptor,
  INHERITED_VARIABLES,
  layerRootPaths,
} from '@dema/spec';
import type { Builder } from './builder.ts';
import { DEFAULT_HOME, LAYERS_DIR, PLATFORM_DIR } from './builder.ts';
import type { BuiltLayer } from './built-buildpack.ts';
import { readOutput } from './read-output.ts';
import type { Session } from './session.ts';

type Env = Record<string, string>;

/** `NAME=value` lines of an image's configuration as an object. */
export function parseEnv(lines: string[]): Env {
  return Object.fromEntries(
    lines.map((line) => {
      const split = line.indexOf('=');
      return [line.slice(0, split), line.slice(split + 1)];
    }),
  );
}

/** What a buildpack inherits of the build image and of the host; nothing else passes. */
export function baseEnvironment({ buildImage }: Builder, hostEnv: Env): Env {
  const all = { ...parseEnv(buildImage.env), ...hostEnv, HOME: buildImage.home ?? DEFAULT_HOME };
  return Object.fromEntries(Object.entries(all).filter(([name]) => INHERITED_VARIABLES.includes(name)));
}

/** The environment of one execution: what stands already, what the platform gives, and last what the operator of the builder gives. */
export function givenEnvironment(
  { host, userEnv, builder }: Pick<Session, 'host' | 'userEnv' | 'builder'>,
  env: Env,
  descriptor: BuildpackDescriptor,
): Env {
  return applyEnvFiles(withPlatformEnv(env, { ...host.env, ...userEnv }, descriptor), builder.buildConfig, 'default');
}

/** A buildpack with `clear-env` has the platform's variables as files alone. */
export function withPlatformEnv(env: Env, platformEnv: Env, { buildpack }: BuildpackDescriptor): Env {
  if (buildpack.clearEnv) return env;
  const files = Object.entries(platformEnv).map(([name, value]) => ({ name, value }));
  return applyPlatformEnvFiles(env, files);
}

/** Where a buildpack stands, and the files of its phase. */
interface PhasePlaces {
  dir: string;
  CNB_BUILD_PLAN_PATH?: string;
  CNB_BP_PLAN_PATH?: string;
  CNB_LAYERS_DIR?: string;
}

/** Variables that tell a buildpack where it is and what it builds for (Buildpack specification, "Environment"), by its API. */
export function phaseVariables(
  { target, execEnv }: Pick<Session, 'target' | 'execEnv'>,
  { api }: BuildpackDescriptor,
  { dir, ...places }: PhasePlaces,
): Env {
  const { os, arch, variant, distroName, distroVersion } = target;
  const targetVariables = {
    CNB_TARGET_OS: os,
    CNB_TARGET_ARCH: arch,
    ...(variant && { CNB_TARGET_ARCH_VARIANT: variant }),
    ...(distroName && { CNB_TARGET_DISTRO_NAME: distroName }),
    ...(distroVersion && { CNB_TARGET_DISTRO_VERSION: distroVersion }),
  };
  return {
    CNB_BUILDPACK_DIR: dir,
    ...(apiAtLeast(api, '0.8') && { CNB_PLATFORM_DIR: PLATFORM_DIR, ...places }),
    ...(apiAtLeast(api, '0.10') && targetVariables),
    ...(apiAtLeast(api, '0.12') && { CNB_EXEC_ENV: execEnv }),
  };
}

/**
 * The environment with what the build layers of one buildpack add: their folders on the paths, then `env`, then
 * `env.build`, layers in alphabetical order.
 * @param name of the buildpack's folder below `/layers`
 */
export async function withBuildLayers(env: Env, name: string, layers: Map<string, BuiltLayer>): Promise<Env> {
  let result = { ...env };
  for (const [layer, { build, contents }] of [...layers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!build || contents === undefined) continue;
    const dir = `${LAYERS_DIR}/${name}/${layer}`;
    const entries = await readdir(contents.path, { withFileTypes: true });
    const isThere = (name: string) => entries.some((entry) => entry.name === name);
    const isFolder = (name: string) => entries.some((entry) => entry.name === name && entry.isDirectory());
    for (const { folder, variables } of layerRootPaths('build')) {
      if (!isThere(folder)) continue;
      for (const variable of variables) result[variable] = withPathBefore(`${dir}/${folder}`, result[variable]);
    }
    for (const folder of ['env', 'env.build']) {
      if (isFolder(folder)) result = applyEnvFiles(result, await readEnvFiles(join(contents.path, folder)));
    }
  }
  return result;
}

async function readEnvFiles(folder: string): Promise<{ name: string; value: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Promise.all(names.sort().map(async (name) => ({ name, value: (await readOutput(join(folder, name))) ?? '' })));
}

function withPathBefore(path: string, rest: string | undefined): string {
  return rest ? `${path}:${rest}` : path;
}
