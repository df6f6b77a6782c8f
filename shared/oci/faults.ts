import { type Fault, fault, isFault } from '@dema/errors';

export function layerMissing(diffId: string): Fault {
  return fault('OCI_LAYER_MISSING', {
    problem: `The content of layer ${diffId} is not in the store any more.`,
    fix: 'Build or pull the image again.',
    blame: 'platform',
  });
}

export function layerDiffers(diffId: string, found: string): Fault {
  return fault('OCI_LAYER_DIFFERS', {
    problem: `The content of layer ${diffId} has the digest ${found}.`,
    fix: 'Build or pull the image again, and do not trust the copy at hand.',
    blame: 'platform',
  });
}

export function blobMissing(digest: string): Fault {
  return fault('OCI_BLOB_MISSING', {
    problem: `Blob ${digest} of an image is missing.`,
    fix: 'Build or pull the image again.',
    blame: 'platform',
  });
}

export function imageIncomplete(reference: string, digest: string): Fault {
  return fault('OCI_IMAGE_INCOMPLETE', {
    problem: `The image ${reference} lacks its blob ${digest}.`,
    fix: 'Build or pull the image again.',
    blame: 'platform',
  });
}

export function invalidImage(digest: string, reason: string): Fault {
  return fault('OCI_IMAGE_INVALID', {
    problem: `${digest} is not the description of an image: ${reason}.`,
    fix: 'Name the manifest of one image, made by a tool that keeps to the OCI image specification.',
    blame: 'user',
  });
}

export function invalidPlatform(text: string): Fault {
  return fault('OCI_PLATFORM_INVALID', {
    problem: `${JSON.stringify(text)} is not the name of a platform.`,
    fix: 'Write `os/arch` or `os/arch/variant`, such as linux/amd64 or linux/arm/v7.',
    blame: 'user',
    exitCode: 3,
  });
}

/** @param known platforms that there is an image for */
export function platformMissing(name: string, wanted: string, known: string[]): Fault {
  return fault('OCI_PLATFORM_MISSING', {
    problem: `${name} has no image for ${wanted}.`,
    fix: 'Name a platform that there is an image for with `--platform`, or ask whoever makes the image for this one.',
    blame: 'user',
    details: known.length > 0 ? ['platforms:', ...known] : [],
  });
}

export function invalidReference(text: string): Fault {
  return fault('IMAGE_REFERENCE_INVALID', {
    problem: `${JSON.stringify(text)} is not the name of an image.`,
    fix: 'Use lower-case letters, digits and single . _ - in a name such as shop/cart:1.2.',
    blame: 'user',
    exitCode: 3,
  });
}

export function invalidLayout(folder: string, reason: string): Fault {
  return fault('OCI_LAYOUT_INVALID', {
    problem: `${folder} is not an OCI image layout: ${reason}.`,
    fix: 'Name a folder with the files oci-layout and index.json, and with the blobs that they name.',
    blame: 'user',
  });
}

export function invalidArchive(file: string, reason: string, cause?: unknown): Fault {
  return fault('OCI_ARCHIVE_INVALID', {
    problem: `${file} is not an archive of an image: ${reason.replace(/\.$/, '')}.`,
    fix: 'Name an archive of one image, as `dema build --output archive:FILE`, `docker save`, podman or skopeo write it.',
    blame: 'user',
    cause,
  });
}

export function notAFile(file: string): Fault {
  return fault('OCI_OUTPUT_NOT_A_FILE', {
    problem: `${file} is there and is no file, so no archive takes its place.`,
    fix: 'Name a file that is not there yet, or an earlier archive.',
    blame: 'user',
    exitCode: 3,
  });
}

export function outputFailed(place: string, cause: Error): Fault {
  const isFull = isSystemError(cause, 'ENOSPC', 'EDQUOT', 'EFBIG');
  return fault('OCI_OUTPUT_FAILED', {
    problem: `The image cannot be written to ${place}: ${isFull ? 'no space is left there' : cause.message}.`,
    fix: isFull
      ? 'Free some space there, or name another place.'
      : 'Make the place writable for the user who runs Dema.',
    blame: 'platform',
    cause,
  });
}

/** Of writing an image to a place outside of all stores. What is explained already comes back as it is. */
export function asOutputFault(place: string, error: unknown): unknown {
  return !isFault(error) && error instanceof Error && 'syscall' in error ? outputFailed(place, error) : error;
}

function isSystemError(error: Error, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

export function layoutOccupied(folder: string): Fault {
  return fault('OCI_LAYOUT_OCCUPIED', {
    problem: `${folder} has files in it but is no OCI image layout, so it is not replaced.`,
    fix: 'Name a folder that is empty, is not there yet, or holds an earlier layout.',
    blame: 'user',
    exitCode: 3,
  });
}

export function layoutNotFolder(folder: string): Fault {
  return fault('OCI_LAYOUT_OCCUPIED', {
    problem: `${folder} is a file, or lies below one, and an OCI image layout is a folder.`,
    fix: 'Name another folder, or write `archive:FILE` to have the image in one file.',
    blame: 'user',
    exitCode: 3,
  });
}

export function unreadableFolder(path: string, cause: unknown): Fault {
  return fault('OCI_FOLDER_UNREADABLE', {
    problem: `${path} cannot be put into a layer: ${cause instanceof Error ? cause.message : cause}.`,
    fix: 'Make it readable for the user who runs Dema, and let nothing change it meanwhile.',
    blame: 'user',
    cause,
  });
}

export function registryMissing(name: string): Fault {
  return fault('OCI_REGISTRY_MISSING', {
    problem: `"${name}" does not say which registry it is in.`,
    fix: `Name the image with its registry, such as registry.example/${name}.`,
    blame: 'user',
    exitCode: 3,
  });
}

/** @param what was to be done, such as `Reading the image registry.example/shop` */
export function registryRefused(what: string, status: number, complaints: string[]): Fault {
  const isDenied = status === 401 || status === 403;
  return fault('OCI_REGISTRY_REFUSED', {
    problem: `${what} is refused with status ${status}.`,
    fix: isDenied
      ? 'Log in with `docker login` or `podman login`, or set CNB_REGISTRY_AUTH, with an account that may do this.'
      : (REFUSALS[status] ?? 'See what the registry says; try again if it is about the registry itself.'),
    blame: status >= 500 || status in REFUSALS ? 'platform' : 'user',
    details: complaints,
  });
}

const REFUSALS: Record<number, string> = {
  413: 'Let the registry, or the proxy before it, take larger requests (nginx: client_max_body_size).',
  429: 'Wait until the registry takes requests again; logged in one may often ask more.',
};

export function registryUnreachable(host: string, details: string[], cause: unknown): Fault {
  return fault('OCI_REGISTRY_UNREACHABLE', {
    problem: `The registry ${host} is not reachable.`,
    fix: 'Check its name and port, the network, and HTTPS_PROXY and NO_PROXY where there is a proxy. One on another machine that speaks plain HTTP is named with --insecure-registry; mirrors to pull from are described in docs/network.md.',
    blame: 'platform',
    details,
    cause,
  });
}

export function registryBrokeOff(what: string, details: string[], cause: unknown): Fault {
  return fault('OCI_REGISTRY_BROKE_OFF', {
    problem: `${what} broke off every time.`,
    fix: 'Try again: what has arrived is not sent or fetched again. If it stays, ask those who run the registry or the proxy before it.',
    blame: 'platform',
    details,
    cause,
  });
}

/** @param found what the tag is for now */
export function registryTagTaken(repository: string, tag: string, found: string): Fault {
  return fault('OCI_REGISTRY_TAG_TAKEN', {
    problem: `${repository}:${tag} was given to ${found} by somebody else while it was written.`,
    fix: 'Push again if the tag is to be for this image: all of it but the tag is there.',
    blame: 'user',
  });
}

/** @param what the image or the index lacks */
export function registryLacks(name: string, what: string): Fault {
  return fault('OCI_REGISTRY_INCOMPLETE', {
    problem: `${name} names ${what}, which the registry does not have.`,
    fix: 'Something else removed it, or the registry lost it: push the image there again.',
    blame: 'platform',
  });
}

export function registryAnswerInvalid(host: string, what: string): Fault {
  return fault('OCI_REGISTRY_ANSWER_INVALID', {
    problem: `${host} does not answer as a registry does: ${what}.`,
    fix: 'Check the name of the registry; something on the way, such as a proxy, may have answered in its place.',
    blame: 'platform',
  });
}

export function registryLoginFailed(host: string, reason: string): Fault {
  return fault('OCI_REGISTRY_LOGIN_FAILED', {
    problem: `The registry ${host} cannot be logged in to: ${reason}.`,
    fix: 'Log in with `docker login` or `podman login`, or set CNB_REGISTRY_AUTH.',
    blame: 'user',
  });
}

/** @param source the variable or the file that names it */
export function mirrorInvalid(source: string, address: string): Fault {
  return fault('OCI_MIRROR_INVALID', {
    problem: `${JSON.stringify(address)} in ${source} is not the address of a mirror of registries.`,
    fix: 'Write `https://host` or `host/path`, with `http://` for one without encryption.',
    blame: 'user',
  });
}

export function registryBlocked(name: string, file: string): Fault {
  return fault('OCI_REGISTRY_BLOCKED', {
    problem: `${name} may not be pulled: ${file} blocks its registry.`,
    fix: 'Name an image of another registry, or ask those who look after this machine.',
    blame: 'user',
  });
}

export function loginServerFailed(host: string, server: string, status: number): Fault {
  return fault('OCI_REGISTRY_LOGIN_FAILED', {
    problem: `The registry ${host} cannot be logged in to: ${server}, which gives tokens for it, answers ${status}.`,
    fix: 'Try again later; if it stays, ask those who run the registry.',
    blame: 'platform',
  });
}

export function registryAuthInvalid(source: string, reason: string): Fault {
  return fault('OCI_REGISTRY_AUTH_INVALID', {
    problem: `The credentials for registries in ${source} cannot be read: ${reason}.`,
    fix: 'Correct it, or log in again with `docker login` or `podman login`.',
    blame: 'user',
  });
}

export function credentialHelperFailed(command: string, host: string, output: string): Fault {
  return fault('OCI_CREDENTIAL_HELPER_FAILED', {
    problem: `${command} gives no credentials for ${host}.`,
    fix: `Run \`echo ${host} | ${command} get\` to see why, or take it out of the configuration of Docker.`,
    blame: 'platform',
    details: output.trim().split('\n').filter(Boolean).slice(0, 5),
  });
}
