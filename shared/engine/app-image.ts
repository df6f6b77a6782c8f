import { appendLayers, FIXED_TIME, findEnv, type Image, setConfig, setCreated, setEnv, setLabels } from '@dema/oci';
import { type BuildMetadata, PLATFORM_API, renderJson } from '@dema/spec';
import { APP_DIR, type Builder, LAYERS_DIR } from './builder.ts';
import type { NamedLayer } from './buildpack-layers.ts';
import {
  BUILD_LABEL,
  type BuildLabel,
  EXEC_ENV_LABEL,
  LIFECYCLE_LABEL,
  type LifecycleMetadata,
  PROJECT_LABEL,
} from './lifecycle-metadata.ts';

/** What made the launcher; the lifecycle names its repository and commit here. */
const LAUNCHER_SOURCE = { git: { repository: '', commit: '' } };

export interface AppImageParts {
  builder: Builder;
  /** The execution environment that the image is made for. */
  execEnv: string;
  layers: NamedLayer[];
  launch: BuildMetadata;
  metadata: LifecycleMetadata;
  /** Process type that the image starts with. */
  defaultType?: string;
  /** RFC 3339; without it the fixed time that the lifecycle has. */
  created?: string;
}

/** The finished image: the run image changed as the Platform specification says of exported app images ("Outputs"). */
export function appImage({ builder, execEnv, layers, launch, metadata, defaultType, created }: AppImageParts): Image {
  const { image: base } = builder.runImage;
  const named = layers.map(({ layer, createdBy }) => ({ ...layer, createdBy }));
  let image = setConfig(appendLayers(base, named), {
    Entrypoint: [defaultType ? `/cnb/process/${defaultType}` : '/cnb/lifecycle/launcher'],
    Cmd: undefined,
    WorkingDir: APP_DIR,
  });
  for (const [name, value] of launchVariables(findEnv(base, 'PATH'))) image = setEnv(image, name, value);
  image = setLabels(image, {
    [LIFECYCLE_LABEL]: renderJson(metadata),
    [BUILD_LABEL]: renderJson(buildLabel(launch, builder.launcher.version)),
    [PROJECT_LABEL]: '{}',
    ...Object.fromEntries(launch.labels.map(({ key, value }) => [key, value])),
    [EXEC_ENV_LABEL]: execEnv,
  });
  return setCreated(image, created ?? FIXED_TIME);
}

function launchVariables(basePath: string | undefined): [string, string][] {
  return [
    ['CNB_LAYERS_DIR', LAYERS_DIR],
    ['CNB_APP_DIR', APP_DIR],
    ['CNB_PLATFORM_API', PLATFORM_API],
    ['CNB_DEPRECATION_MODE', 'quiet'],
    ['PATH', ['/cnb/process', '/cnb/lifecycle', ...(basePath ? [basePath] : [])].join(':')],
  ];
}

/** What the label `io.buildpacks.build.metadata` says. */
export function buildLabel(launch: BuildMetadata, launcherVersion: string): BuildLabel {
  return {
    buildpacks: launch.buildpacks.map(({ id, version, homepage }) => ({ id, version, homepage })),
    launcher: { version: launcherVersion, source: LAUNCHER_SOURCE },
    processes: launch.processes.map(({ type, command, args, direct, buildpackId, workingDir, execEnv }) => ({
      type,
      command,
      args: args ?? null,
      direct,
      buildpackID: buildpackId,
      'working-dir': workingDir,
      'exec-env': execEnv?.length ? execEnv : undefined,
    })),
    'buildpack-default-process-type': launch.buildpackDefaultProcessType,
  };
}
