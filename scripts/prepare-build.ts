import { type BuildRequest, checkApp } from '@dema/engine';
import { chooseVolumes, type VolumeChoices } from './binding-volumes.ts';
import { parseBuildpackOption } from './choose-buildpacks.ts';
import { readEnvFile } from './env-file.ts';
import { makeBuilder } from './make-builder.ts';
import { readProjectDescriptor } from './project-descriptor.ts';
import type { Preparation } from './report-preparation.ts';
import type { Workplace } from './workplace.ts';

/** What the command line says of a build; it goes before what project.toml says. */
export interface BuildChoices extends VolumeChoices {
  /** Neither the build nor what prepares it uses the network. */
  offline?: boolean;
  /** `none` in a container of the build image; otherwise every phase has a sandbox of its own. */
  sandbox?: 'auto' | 'namespaces' | 'none';
  /** Without one that of project.toml counts, else `base`. */
  builder?: string;
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
  await checkApp(app);
  const project = await readProjectDescriptor(app, choices.descriptor);
  const group = choices.buildpack?.map(parseBuildpackOption) ?? project.group;
  const name = choices.builder ?? project.builder ?? 'base';
  const projectEnv = Object.fromEntries(project.env.map((variable) => [variable.name, variable.value]));
  const files = await Promise.all((choices.envFile ?? []).map((file) => readEnvFile(file, process.env)));
  const env: Record<string, string> = Object.assign(projectEnv, ...files, choices.env);
  const chosen = await chooseVolumes(choices, env, 'build');
  return {
    ...chosen,
    builder: await makeBuilder(workplace, name, {
      env: process.env,
      offline: choices.offline,
      isContainer: choices.sandbox === 'none',
      wishes: { ...project, group },
      preparation,
    }),
    files: { include: project.include, exclude: project.exclude },
  };
}
