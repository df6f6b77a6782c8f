import { type Fault, fault } from '@dema/errors';

/** The machine's apt configuration names no Debian mirror (an Ubuntu, a Fedora, a container without sources). */
export function debianMirrorMissing(etc: string): Fault {
  return fault('DEBIAN_MIRROR_MISSING', {
    problem: `No Debian mirror was found in ${etc}/apt/sources.list or ${etc}/apt/sources.list.d.`,
    fix: 'Set DEMA_DEBIAN_MIRROR to the address of a Debian mirror that this machine reaches, the folder that holds `dists` and `pool`, such as https://mirror.example/debian. Its security archive is looked for at the same address with `-security` behind it; DEMA_DEBIAN_SECURITY_MIRROR says otherwise.',
    blame: 'platform',
  });
}

export function debianMirrorInvalid(setting: string, value: string): Fault {
  return fault('DEBIAN_MIRROR_INVALID', {
    problem: `${setting} is "${value}", which is not an http or https address.`,
    fix: `Set ${setting} to an address such as https://mirror.example/debian, the folder that holds \`dists\` and \`pool\`.`,
    blame: 'user',
  });
}

export function debianReleaseMissing(url: string, setting: string, cause: unknown): Fault {
  return fault('DEBIAN_RELEASE_MISSING', {
    problem: `The Debian mirror has no ${url}.`,
    fix: `Set ${setting} to a mirror that carries Debian 13 (trixie) with its updates and security suites.`,
    blame: 'platform',
    cause,
  });
}

export function debianSignatureInvalid(url: string, details: string[]): Fault {
  return fault('DEBIAN_SIGNATURE_INVALID', {
    problem: `${url} carries no good signature of a Debian 13 archive key.`,
    fix: 'Use a mirror that serves Debian unchanged. If something on the way rewrites the file, exclude the mirror from it; if the clock of this machine is wrong, set it.',
    blame: 'platform',
    details,
  });
}

export function debianReleaseInvalid(url: string, problem: string): Fault {
  return fault('DEBIAN_RELEASE_INVALID', {
    problem: `${url} ${problem}.`,
    fix: 'Use a mirror that serves Debian 13 (trixie) unchanged; DEMA_DEBIAN_MIRROR and DEMA_DEBIAN_SECURITY_MIRROR name it.',
    blame: 'platform',
  });
}

export function debianReleaseExpired(url: string, validUntil: Date, now: Date): Fault {
  return fault('DEBIAN_RELEASE_EXPIRED', {
    problem: `${url} was valid until ${validUntil.toISOString()}, and it is ${now.toISOString()} now: the mirror is out of date and may hide security updates.`,
    fix: 'Use a mirror that is kept up to date (DEMA_DEBIAN_MIRROR, DEMA_DEBIAN_SECURITY_MIRROR), or correct the clock of this machine. For an archive that keeps an old state on purpose, set DEMA_DEBIAN_ALLOW_EXPIRED=true.',
    blame: 'platform',
  });
}

export function debianReleaseOlder(url: string, date: Date, seen: Date): Fault {
  return fault('DEBIAN_RELEASE_OLDER', {
    problem: `${url} is of ${date.toISOString()}, and one of ${seen.toISOString()} was served there before: the mirror went back in time and may hide security updates.`,
    fix: 'Use a mirror that is kept up to date (DEMA_DEBIAN_MIRROR, DEMA_DEBIAN_SECURITY_MIRROR). If the older state is wanted, forget what was seen with `dema cache clear`.',
    blame: 'platform',
  });
}

export function debianIndexOlder(date: Date, locked: Date): Fault {
  return fault('DEBIAN_INDEX_OLDER', {
    problem: `The newest list of packages that the Debian mirror has is of ${date.toISOString()}, older than the lock file, which is of ${locked.toISOString()}.`,
    fix: 'Use a mirror that is kept up to date (DEMA_DEBIAN_MIRROR, DEMA_DEBIAN_SECURITY_MIRROR).',
    blame: 'platform',
  });
}

export function debianIndexInvalid(url: string, cause: unknown): Fault {
  return fault('DEBIAN_INDEX_INVALID', {
    problem: `${url} cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}.`,
    fix: 'Use a mirror that serves Debian unchanged (DEMA_DEBIAN_MIRROR, DEMA_DEBIAN_SECURITY_MIRROR).',
    blame: 'platform',
    cause,
  });
}

export function debianPackageUnknown(name: string, architecture: string): Fault {
  return fault('DEBIAN_PACKAGE_UNKNOWN', {
    problem: `Debian 13 has no package "${name}" for ${architecture}.`,
    fix: 'Correct the name of the package, or leave it out.',
    blame: 'user',
  });
}

export function debianDependencyUnsatisfied(dependant: string, clause: string): Fault {
  return fault('DEBIAN_DEPENDENCY_UNSATISFIED', {
    problem: `The Debian package ${dependant} needs "${clause}", which the archive does not hold.`,
    fix: 'Use a mirror whose suites trixie, trixie-updates and trixie-security are of one state, or exclude the package that is needed.',
    blame: 'platform',
  });
}

export function debianPackageSuperseded(locked: string, newer: string | undefined): Fault {
  return fault('DEBIAN_PACKAGE_SUPERSEDED', {
    problem: `The mirror no longer has the locked package ${locked}${newer ? `; ${newer} has taken its place` : ', nor another version of it'}.`,
    fix: newer
      ? 'Update the lock file (`dema base update`), use a mirror that keeps old versions, or build without `--locked` to take the newer one.'
      : 'Use a mirror that carries Debian 13 (trixie); DEMA_DEBIAN_MIRROR names it.',
    blame: 'platform',
  });
}

export function debianPackageUnsafe(file: string, path: string, reason: string): Fault {
  return fault('DEBIAN_PACKAGE_UNSAFE', {
    problem: `The Debian package ${file} holds "${path}", which ${reason}.`,
    fix: 'Use a mirror that serves Debian unchanged, and do not use this package.',
    blame: 'platform',
  });
}

export function debianLockInvalid(file: string, problem: string): Fault {
  return fault('DEBIAN_LOCK_INVALID', {
    problem: `${file} is not a lock file of Debian packages: ${problem}.`,
    fix: 'Take the last good one from version control; or delete it, and `dema base update` makes it anew.',
    blame: 'user',
  });
}

export function debianKeysUnreadable(file: string, cause: unknown): Fault {
  return fault('DEBIAN_KEYS_UNREADABLE', {
    problem: `DEMA_DEBIAN_KEYS names ${file}, which cannot be read as armored public keys: ${cause instanceof Error ? cause.message : String(cause)}.`,
    fix: 'Name a file with the public keys that your Debian archive is signed by, as `gpg --export --armor` writes them, or leave the variable unset for those of Debian.',
    blame: 'user',
    cause,
  });
}
