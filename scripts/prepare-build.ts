import type { BuildRequest } from '@dema/engine';
import { chooseVolumes, type VolumeChoices } from './binding-volumes.ts';
import { parseBuildpackOptions } from './choose-buildpacks.ts';
import { readEnvFiles } from './env-file.ts';
import type { PullChoices } from './find-pulled-image.ts';
import { hideVariables } from './hide-variables.ts';
import { openBuilder } from './open-builder.ts';
import { readProjectDescriptor } from './project-descriptor.ts';
import type { Preparation } from './report-preparation.ts';
import type { Workplace } from './workplace.ts';

/** What the command line says of a build; it goes before what project.toml says. */
export interface BuildChoices extends VolumeChoices, PullChoices {
  /** Refuses what differs from what is locked, of the app and of the base images. */
  locked?: boolean;
  preBuildpack?: string[];
  postBuildpack?: string[];
  /** Name of the image to stand on instead of the builder's run image. */
  runImage?: string;
  /** Host of the registry that the finished image goes to. */
  outputRegistry?: string;
  /** `none` in a container of the build image; otherwise every phase has a sandbox of its own. */
  sandbox?: 'auto' | 'namespaces' | 'none';
  /** Without one that of project.toml counts, else `base`. */
  builder?: string;
  /** As of `BuilderReading`. */
  program?: string;
  buildpack?: string[];
  /** File to read instead of the app's project.toml. */
  descriptor?: string;
  env?: Record<string, string>;
  /** Files of variables, later ones before earlier ones; `env` goes before all of them. */
  envFile?: string[];
}

/** Command line and project.toml together: the builder, the files of the app that count, the variables and volumes of the build. */
export async function prepareBuild(
  workplace: Workplace,
  app: string,
  choices: BuildChoices,
  preparation?: Preparation,
): Promise<Pick<BuildRequest, 'builder' | 'files' | 'env' | 'volumes'>> {
  const project = await readProjectDescriptor(app, choices.descriptor);
  const wishes = {
    ...project,
    group: parseBuildpackOptions(choices.buildpack) ?? project.group,
    pre: parseBuildpackOptions(choices.preBuildpack) ?? project.pre,
    post: parseBuildpackOptions(choices.postBuildpack) ?? project.post,
  };
  const name = choices.builder ?? project.builder ?? 'base';
  const projectEnv = Object.fromEntries(project.env.map((variable) => [variable.name, variable.value]));
  const fileEnv = await readEnvFiles(choices.envFile, process.env);
  const env: Record<string, string> = { ...projectEnv, ...fileEnv, ...choices.env };
  if (choices.locked) env.BP_DEPENDENCY_LOCKED = 'true';
  hideVariables(env);
  const chosen = await chooseVolumes(choices, env, 'build');
  const builder = await openBuilder(workplace, name, {
    ...choices,
    env: process.env,
    isContainer: choices.sandbox === 'none',
    wishes,
    preparation,
  });
  return {
    ...chosen,
    builder,
    files: { include: project.include, exclude: project.exclude },
  };
}
