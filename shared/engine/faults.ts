import { type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';

export function namespacesRefused(complaint: string, found: { cause: string; fix: string } | undefined): Fault {
  return fault('ENGINE_NAMESPACES_REFUSED', {
    problem: `This machine refuses the user namespaces that builds and images run in: ${found?.cause ?? 'no known setting explains it'}.`,
    details: [complaint],
    fix: found?.fix ?? 'Allow unprivileged user namespaces on this machine; `dema doctor` shows what it finds.',
    blame: 'platform',
  });
}

export function sandboxNeeded(reason: string): Fault {
  return fault('ENGINE_SANDBOX_NEEDED', {
    problem: `Builds without a sandbox are for containers of a build image, and ${reason}.`,
    fix: 'Leave `--sandbox none` out; or run dema in a container of the build image, as its user, with empty folders /workspace and /layers that this user may write to.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function sandboxFailed(complaint: string): Fault {
  return fault('ENGINE_SANDBOX_FAILED', {
    problem: 'The file system that a build or an image runs in could not be put together.',
    details: [complaint],
    fix: 'Check that DEMA_CACHE lies on a local file system of this machine and that Linux is 5.11 or later.',
    blame: 'platform',
  });
}

/** @param where what is before it in what the sandbox is told, such as the name of a variable */
export function wordInvalid(where: string): Fault {
  return fault('ENGINE_WORD_INVALID', {
    problem: `What is to run was given a text with a NUL byte in it: that of ${where}.`,
    fix: 'No variable, path or argument can hold one. Take it out where it comes from: a buildpack, the builder, the image or the file of `--env-file`.',
    blame: 'user',
  });
}

export function envNameInvalid(name: string): Fault {
  return fault('ENGINE_ENV_NAME_INVALID', {
    problem: `"${name}" cannot be the name of a variable of the build.`,
    fix: 'Give a name without `/`, such as `--env BP_NODE_VERSION=22`.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function volumeInvalid(volume: string, reason: string): Fault {
  return fault('ENGINE_VOLUME_INVALID', {
    problem: `The volume ${volume} ${reason}.`,
    fix: 'Write `--volume HOST:TARGET` or `--volume HOST:TARGET:rw`, with a file or folder of this machine and an absolute path for the build or app to see it at.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function execEnvInvalid(name: string): Fault {
  return fault('ENGINE_EXEC_ENV_INVALID', {
    problem: `"${name}" cannot be an execution environment.`,
    fix: 'Give a word without `/`, such as `--exec-env test`.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function appUnreadable(path: string, cause: string): Fault {
  return fault('ENGINE_APP_UNREADABLE', {
    problem: `${path} is part of the app, but cannot be read: ${cause}.`,
    fix: 'Make it readable for the user who builds, or leave it out by `exclude` in project.toml.',
    blame: 'user',
  });
}

export function appFolderMissing(path: string): Fault {
  return fault('ENGINE_APP_MISSING', {
    problem: `There is no folder ${path}.`,
    fix: 'Name the folder that holds the source code of your app, such as `dema build ./my-app`.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function appFolderUnreadable(path: string, reason: string): Fault {
  return fault('ENGINE_APP_FOLDER_UNREADABLE', {
    problem: `The folder ${path} cannot be read: ${reason}.`,
    fix: 'Make it readable for the user who builds, or name another folder.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function appNotFolder(path: string): Fault {
  return fault('ENGINE_APP_NOT_FOLDER', {
    problem: `${path} is a file, not a folder.`,
    fix: 'Name the folder that holds the source code of your app; unpack an archive before.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function appFolderEmpty(path: string): Fault {
  return fault('ENGINE_APP_EMPTY', {
    problem: `The folder ${path} is empty.`,
    fix: 'Name the folder that holds the source code of your app, such as `dema build ./my-app`.',
    blame: 'user',
    exitCode: EXIT.detectNone,
  });
}

export function nothingDetected(details: string[], hadErrors: boolean): Fault {
  return fault('ENGINE_DETECT_NONE', {
    problem: 'No group of buildpacks fits this app.',
    details,
    fix: 'Check that this is the folder of the app and that it has the files named above, or choose another builder.',
    blame: 'user',
    exitCode: hadErrors ? EXIT.detectErrored : EXIT.detectNone,
  });
}

export function buildpackFailed(id: string, version: string, code: number): Fault {
  return fault('ENGINE_BUILDPACK_FAILED', {
    problem: `The buildpack ${id} ${version} ended with exit code ${code}.`,
    fix: 'Read its output above: the cause stands there.',
    blame: 'user',
    exitCode: EXIT.buildpackFailed,
  });
}

export function buildpackFileInvalid(id: string, what: string): Fault {
  return fault('ENGINE_BUILDPACK_OUTPUT_INVALID', {
    problem: `The buildpack ${id} broke the Buildpack API: ${what.replace(/\.$/, '')}.`,
    fix: `Report this to the authors of ${id}.`,
    blame: 'platform',
    exitCode: EXIT.build,
  });
}

export function buildpackApiUnsupported(id: string, api: string): Fault {
  return fault('ENGINE_BUILDPACK_API_UNSUPPORTED', {
    problem: `The buildpack ${id} wants Buildpack API ${api}, which this version does not run.`,
    fix: 'Use a release of that buildpack for Buildpack API 0.7 to 0.12.',
    blame: 'platform',
    exitCode: EXIT.buildpackApi,
  });
}

export function buildpackMissing(id: string, builder: string): Fault {
  return fault('ENGINE_BUILDPACK_MISSING', {
    problem: `The order of builder ${builder} names the buildpack ${id}, which it does not hold.`,
    fix: `Add ${id} to the builder, or take it out of its order.`,
    blame: 'platform',
    exitCode: EXIT.detect,
  });
}

export function builderInvalid(builder: string, reason: string): Fault {
  return fault('ENGINE_BUILDER_INVALID', {
    problem: `The image ${builder} is no builder: ${reason}.`,
    fix: 'Name a builder image, which has buildpacks and the build image that they run in, as `dema builder create` or `pack builder create` makes it.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function builderPlatformDiffers(builder: string, platform: string): Fault {
  return fault('ENGINE_BUILDER_PLATFORM', {
    problem: `The builder ${builder} is for ${platform}, and its buildpacks do not run on this machine.`,
    fix: 'Choose a builder for Linux on the processor of this machine, or build on a machine of the other kind.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function orderCyclic(id: string): Fault {
  return fault('ENGINE_ORDER_CYCLIC', {
    problem: `The buildpack ${id} is composed of itself: its order leads back to it.`,
    fix: `Report this to the authors of ${id}, or take it out of the builder's order.`,
    blame: 'platform',
    exitCode: EXIT.detect,
  });
}

/** When an image is made, or when it is started: the specification has an exit code for each. */
export function processTypeMissing(type: string, types: string[], exitCode: number = EXIT.launch): Fault {
  return fault('ENGINE_PROCESS_MISSING', {
    problem: `There is no process type "${type}".`,
    fix:
      types.length > 0
        ? `Choose one of: ${types.join(', ')}.`
        : 'The image has no process type; give a command after `--`.',
    blame: 'user',
    exitCode,
  });
}

export function portInUse(port: number): Fault {
  return fault('ENGINE_PORT_IN_USE', {
    problem: `Port ${port} is in use by another program.`,
    fix: `Stop that program or choose another port, such as \`--port ${port + 1}\`.`,
    blame: 'user',
  });
}

export function cachedContentMissing(id: string, layer: string): Fault {
  return fault('ENGINE_LAYER_CONTENT_MISSING', {
    problem: `The buildpack ${id} keeps the layer "${layer}", but the previous image has none to keep.`,
    fix: `Build again with \`--clear-cache\`; if that does not help, report it to the authors of ${id}.`,
    blame: 'platform',
    exitCode: EXIT.export,
  });
}

export function portNotAllowed(port: number): Fault {
  return fault('ENGINE_PORT_NOT_ALLOWED', {
    problem: `Port ${port} may only be used by root on this machine.`,
    fix: 'Choose a port above 1023, such as `--port 8080`.',
    blame: 'user',
  });
}

export function slicePatternInvalid(pattern: string): Fault {
  return fault('ENGINE_SLICE_PATTERN_INVALID', {
    problem: `A buildpack cuts the app by the pattern "${pattern}", which is none.`,
    fix: "Report this to the authors of the buildpack: patterns of `[[slices]]` are those of Go's filepath.Match.",
    blame: 'platform',
    exitCode: EXIT.export,
  });
}

export function imageNotAnApp(): Fault {
  return fault('ENGINE_IMAGE_NOT_AN_APP', {
    problem: 'The image was not made by buildpacks: it has no label io.buildpacks.lifecycle.metadata that can be read.',
    fix: 'Rebase images that `dema build`, `pack build` or another platform of Cloud Native Buildpacks made.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

export function baseLayersUnknown(): Fault {
  return fault('ENGINE_BASE_LAYERS_UNKNOWN', {
    problem: 'The image does not hold the layer that its label names as the top one of its run image.',
    fix: 'Build the image again.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

export function rebaseRefused(reasons: string[]): Fault {
  return fault('ENGINE_REBASE_REFUSED', {
    problem: 'The run image does not fit the app image.',
    details: reasons,
    fix: 'Choose the run image that fits with `--run-image`, build the image again, or rebase all the same with `--force`.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

/** `fix` is what the author of its definition can do. */
export function builderIncoherent(builder: string, reason: string, fix: string): Fault {
  return fault('ENGINE_BUILDER_INCOHERENT', {
    problem: `The builder ${builder} cannot be made: ${reason}.`,
    fix,
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function buildImageInvalid(builder: string, reason: string): Fault {
  return fault('ENGINE_BUILD_IMAGE_INVALID', {
    problem: `The build image of the builder ${builder} is none: ${reason}.`,
    fix: 'Name an image for Linux on that processor whose configuration sets CNB_USER_ID and CNB_GROUP_ID to numbers, as the Platform specification has it; or make the builder for another with `--target`.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function lifecycleInvalid(source: string, reason: string): Fault {
  return fault('ENGINE_LIFECYCLE_INVALID', {
    problem: `${source} holds no lifecycle that a builder could have: ${reason}.`,
    fix: 'Name an archive of a release (`lifecycle-v…+linux.x86-64.tgz`), which has `lifecycle.toml` and the folder `lifecycle`, or an image of it; for each processor one, or leave others out with `--target`.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}
