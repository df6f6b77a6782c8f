import { appendLayers, FIXED_TIME, findEnv, type Image, setConfig, setCreated, setEnv, setLabels } from '@dema/oci';
import { apiAtLeast, type BuildMetadata, PLATFORM_API, renderJson } from '@dema/spec';
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
  const { platformApi = PLATFORM_API } = builder.launcher;
  for (const [name, value] of launchVariables(platformApi, findEnv(base, 'PATH'))) image = setEnv(image, name, value);
  image = setLabels(image, {
    [LIFECYCLE_LABEL]: renderJson(metadata),
    [BUILD_LABEL]: renderJson(buildLabel(launch, builder.launcher)),
    [PROJECT_LABEL]: '{}',
    ...Object.fromEntries(launch.labels.map(({ key, value }) => [key, value])),
    ...(apiAtLeast(platformApi, '0.15') && { [EXEC_ENV_LABEL]: execEnv }),
  });
  return setCreated(image, created ?? FIXED_TIME);
}

function launchVariables(platformApi: string, basePath: string | undefined): [string, string][] {
  return [
    ['CNB_LAYERS_DIR', LAYERS_DIR],
    ['CNB_APP_DIR', APP_DIR],
    ['CNB_PLATFORM_API', platformApi],
    ['CNB_DEPRECATION_MODE', 'quiet'],
    ['PATH', ['/cnb/process', '/cnb/lifecycle', ...(basePath ? [basePath] : [])].join(':')],
  ];
}

/** Of ours; the lifecycle names the repository and commit of its own. */
const NO_SOURCE = { repository: '', commit: '' };

/** What the label `io.buildpacks.build.metadata` says. */
export function buildLabel(
  launch: BuildMetadata,
  { version, source = NO_SOURCE }: Pick<Builder['launcher'], 'version' | 'source'>,
): BuildLabel {
  return {
    buildpacks: launch.buildpacks.map(({ id, version, homepage }) => ({ id, version, homepage })),
    launcher: { version, source: { git: source } },
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
