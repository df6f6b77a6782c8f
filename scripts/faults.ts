import { counted, type Fault, fault } from '@dema/errors';

/** Exit code of the lifecycle for arguments that cannot be understood. */
const INVALID_ARGUMENTS = 3;

export function argumentsInvalid(problem: string, fix: string): Fault {
  return fault('CLI_ARGUMENTS_INVALID', { problem, fix, blame: 'user', exitCode: INVALID_ARGUMENTS });
}

/** Of standard output. */
export function resultUnwritten(reason: string): Fault {
  return fault('CLI_RESULT_UNWRITTEN', {
    problem: `The result could not be written to standard output: ${reason}.`,
    fix: 'What the command made is made; make room where its output goes, or send it elsewhere, and run it again.',
    blame: 'platform',
  });
}

export function envInvalid(name: string): Fault {
  return argumentsInvalid(
    `${JSON.stringify(name)} in \`--env\` is no name of a variable.`,
    'Write `--env NAME=value`, or `--env NAME` for the value that NAME has here.',
  );
}

export function bindingFolderInvalid(folder: string, reason: string): Fault {
  return argumentsInvalid(
    `The folder ${folder} of \`--binding\` ${reason}.`,
    'Name the folder of a service binding, which has a file `type` and a file for each secret, or a folder of such folders.',
  );
}

export function namesNeedStore(output: string): Fault {
  return argumentsInvalid(
    `${output} takes one name for the image, and several are given with \`--tag\`.`,
    'Give one name; or leave `--output` out, as an image of the image store may have several.',
  );
}

export function networkNeedsSandbox(): Fault {
  return argumentsInvalid(
    'Without a sandbox (`--sandbox none`) nothing can take the network away from buildpacks (`--network none`).',
    'Start the container without a network; `--offline` then says so to dema and to the buildpacks.',
  );
}

/** Of the argument of `dema build`, beside `--path`. */
export function imageNameInvalid(name: string): Fault {
  return argumentsInvalid(
    `With \`--path\` the argument is the name of the image, and ${JSON.stringify(name)} is none.`,
    'Write `dema build NAME --path DIR`, or leave `--path` out and give the folder alone.',
  );
}

export function imageMissing(reference: string, known: string[]): Fault {
  return fault('CLI_IMAGE_MISSING', {
    problem: `There is no image ${reference} in the image store.`,
    details: known.length > 0 ? ['images:', ...known] : [],
    fix: 'Build it with `dema build PATH --tag NAME`, or name one of those that `dema images` lists.',
    blame: 'user',
  });
}

/** @param packages with their versions, of Debian with their architectures as well */
export function offlineIncomplete(packages: string[]): Fault {
  return fault('CLI_OFFLINE_INCOMPLETE', {
    problem: `The network may not be used, and the store lacks ${counted(packages.length, 'needed package')}.`,
    details: packages,
    fix: 'Run the command once without `--offline`; or copy the cache folder (DEMA_CACHE, without it ~/.cache/dema) of a machine of this kind where that was done.',
    blame: 'user',
  });
}

export function extensionsUnsupported(builder: string): Fault {
  return fault('CLI_EXTENSIONS_UNSUPPORTED', {
    problem: `The builder in ${builder} has image extensions, whose Dockerfiles this engine does not run.`,
    fix: 'Put what they install into the base images of the builder; or build with a platform that runs them, such as pack with Docker, kpack or Tekton.',
    blame: 'user',
    exitCode: INVALID_ARGUMENTS,
  });
}

export function platformUnsupported(found: string): Fault {
  return fault('CLI_PLATFORM_UNSUPPORTED', {
    problem: `Builds run on Linux with an x64 or arm64 processor; this is ${found}.`,
    fix: 'Run `dema` on such a machine, in a virtual machine or in WSL 2.',
    blame: 'platform',
  });
}

export function diskLow(folder: string, free: string): Fault {
  return fault('CLI_DISK_LOW', {
    problem: `Only ${free} are free where ${folder} is.`,
    fix: 'Make room there, for instance with `dema cache prune`; or name another folder in DEMA_CACHE.',
    blame: 'platform',
  });
}

export function unexpected(problem: string, details: string[]): Fault {
  return fault('CLI_UNEXPECTED', { problem, details, fix: 'Try again; if it happens again, report it.', blame: 'bug' });
}

export function buildpackUnknown(id: string, known: string[]): Fault {
  return argumentsInvalid(
    `The builder has no buildpack "${id}"; it has ${known.join(', ')}.`,
    'Name one of these, or the folder or package of a buildpack by a path that begins with `.` or `/`.',
  );
}

export function buildpackFolderIncomplete(folder: string, missing: string): Fault {
  return fault('CLI_BUILDPACK_INCOMPLETE', {
    problem: `The folder ${folder} has no ${missing}, which every buildpack needs.`,
    fix: 'Name the folder in which the `buildpack.toml` of the buildpack stands, with `bin/detect` and `bin/build` or an `index.ts` beside it.',
    blame: 'user',
    exitCode: INVALID_ARGUMENTS,
  });
}

export function sbomMissing(reference: string): Fault {
  return fault('CLI_SBOM_MISSING', {
    problem: `The image ${reference} holds no software bill of materials.`,
    fix: 'Build it with buildpacks that write one, and without BP_DISABLE_SBOM.',
    blame: 'user',
  });
}

export function sbomInvalid(reference: string, path: string): Fault {
  return fault('CLI_SBOM_INVALID', {
    problem: `The document ${path} in the image ${reference} is not JSON.`,
    fix: 'Report this to the authors of the buildpack that wrote it; its id is the first part of that path.',
    blame: 'platform',
  });
}

export function imageFileMissing(path: string): Fault {
  return fault('CLI_IMAGE_MISSING', {
    problem: `There is no image at ${path}.`,
    fix: 'Name the folder of an OCI image layout, or an archive of an image.',
    blame: 'user',
  });
}

export function registryNeedsNetwork(): Fault {
  return argumentsInvalid(
    'Nothing can be sent to a registry with `--offline`.',
    'Build without `--publish`, and send the image later with `dema push`.',
  );
}

export function engineMissing(tried: string[]): Fault {
  return fault('CLI_ENGINE_MISSING', {
    problem: `No container engine is there to load the image into: none of ${tried.join(', ')} is on PATH.`,
    fix: 'Install one, name its program in DEMA_CONTAINER_ENGINE, or write `--output archive:FILE` and load that elsewhere.',
    blame: 'platform',
  });
}

export function engineFailed(engine: string, output: string): Fault {
  return fault('CLI_ENGINE_FAILED', {
    problem: `\`${engine} load\` could not load the image.`,
    fix: `See what ${engine} says; the image is in the image store, so \`dema push\` and \`dema run\` find it.`,
    blame: 'platform',
    details: output.trim().split('\n').slice(-5),
  });
}

export function registryImageMissing(name: string): Fault {
  return fault('CLI_IMAGE_MISSING', {
    problem: `The registry has no image ${name}.`,
    fix: 'Check the name and the tag; without a tag it is `latest`.',
    blame: 'user',
  });
}

export function outputUnknown(output: string): Fault {
  return argumentsInvalid(
    `"${output}" is no place for an image.`,
    'Write `--output` with `store`, `daemon`, `registry`, `oci:DIR` or `archive:FILE`.',
  );
}

export function descriptorMissing(file: string, kind = 'project.toml', option = '--descriptor'): Fault {
  return argumentsInvalid(
    `There is no file ${file}.`,
    `Name the ${kind} to read with \`${option}\`, or leave the option out.`,
  );
}

/** Of a file or folder that was named, or that lies in one that was. */
export function fileUnreadable(file: string, reason: string): Fault {
  return fault('CLI_FILE_UNREADABLE', {
    problem: `${file} cannot be read: ${reason}.`,
    fix: 'Put a file in its place that the user of this command may read, or name another one.',
    blame: 'user',
    exitCode: INVALID_ARGUMENTS,
  });
}

export function descriptorUnreadable(file: string, reason: string): Fault {
  return fault('CLI_DESCRIPTOR_UNREADABLE', {
    problem: `${file} cannot be read: ${reason}.`,
    fix: 'A project.toml is a file that the user who builds may read; name another one with `--descriptor`, or correct this one.',
    blame: 'user',
    exitCode: INVALID_ARGUMENTS,
  });
}

export function outputUnwritable(path: string, reason: string): Fault {
  return fault('CLI_OUTPUT_UNWRITABLE', {
    problem: `${path} cannot be written: ${reason}.`,
    fix: 'Name a place that the user who runs Dema may write to.',
    blame: 'user',
    exitCode: INVALID_ARGUMENTS,
  });
}

export function buildpackSourceMissing(folder: string): Fault {
  return argumentsInvalid(
    `Neither ${folder} nor a folder in its \`buildpacks\` is the source of a buildpack.`,
    'Name the folder in which the `buildpack.toml` stands, with the `index.ts` beside it.',
  );
}

export function updateFailed(file: string, code: number): Fault {
  return fault('CLI_UPDATE_FAILED', {
    problem: `${file} ended with exit code ${code}.`,
    fix: 'The lines above are what it says about it; the inventory is as it was.',
    blame: 'platform',
  });
}

export function buildpackNameInvalid(name: string): Fault {
  return argumentsInvalid(
    `"${name}" is no name for a buildpack.`,
    'Write one of small letters, digits, dots and dashes, such as `rust` or `acme/rust`.',
  );
}

export function buildpackFolderTaken(folder: string): Fault {
  return argumentsInvalid(
    `The folder ${folder} is not empty.`,
    'Name another folder after the name of the buildpack, or remove this one.',
  );
}

export function buildpackTestsMissing(folder: string): Fault {
  return argumentsInvalid(
    `The buildpack in ${folder} has no tests.`,
    'Write a file such as `index.test.ts`; `dema buildpack new` writes one that shows how.',
  );
}
