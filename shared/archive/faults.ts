import { type Fault, fault } from '@dema/errors';
import type { TarEntry } from './tar-entry.ts';

const FETCH_AGAIN = 'Get the archive again from where it came, or use another version of it.';

export function malformedTar(finding: string): Fault {
  return fault('ARCHIVE_TAR_INVALID', {
    problem: `A tar archive has ${finding}.`,
    fix: FETCH_AGAIN,
    blame: 'platform',
  });
}

export function truncatedArchive(): Fault {
  return fault('ARCHIVE_TRUNCATED', {
    problem: 'An archive ends before its content does.',
    fix: FETCH_AGAIN,
    blame: 'platform',
  });
}

export function unsupportedTar(path: string, what: string): Fault {
  return fault('ARCHIVE_TAR_UNSUPPORTED', {
    problem: `A tar archive has ${what} (${path}), which is not supported.`,
    fix: 'Pack the archive anew in the USTAR or PAX format, without sparse files.',
    blame: 'user',
  });
}

export function brokenCompression(name: string, cause: unknown): Fault {
  return fault('ARCHIVE_COMPRESSION_INVALID', {
    problem: `The ${name} data of an archive is broken or cut.`,
    fix: FETCH_AGAIN,
    blame: 'platform',
    details: cause instanceof Error ? [cause.message] : [],
    cause,
  });
}

export function unsupportedCompression(name: string): Fault {
  return fault('ARCHIVE_COMPRESSION_UNSUPPORTED', {
    problem: `An archive is compressed with ${name}.`,
    fix: 'Use an archive that is compressed with gzip, xz or zstd.',
    blame: 'user',
  });
}

export function bodySizeDiffers({ path, size }: TarEntry, found: number): Fault {
  return fault('ARCHIVE_FILE_CHANGED', {
    problem: `${path} should have ${size} bytes but ${found > size ? 'has more' : `gave ${found}`}: it changed while it was read.`,
    fix: 'Let nothing write to the folder while it is packed, and start again.',
    blame: 'user',
  });
}

export function unsafePath(path: string, reason: string): Fault {
  return fault('ARCHIVE_PATH_UNSAFE', {
    problem: `An archive has the member ${JSON.stringify(path)}: ${reason}. Nothing outside the target folder was written.`,
    fix: 'Do not use this archive, or tell its makers.',
    blame: 'user',
  });
}

export function archiveTooLarge(limit: string): Fault {
  return fault('ARCHIVE_TOO_LARGE', {
    problem: `An archive holds more than ${limit}.`,
    fix: 'Check that this is the archive that was meant.',
    blame: 'user',
  });
}

export function invalidZip(path: string, reason: string): Fault {
  return fault('ARCHIVE_ZIP_INVALID', {
    problem: `${path} is not a whole zip archive: ${reason.replace(/\.$/, '')}.`,
    fix: FETCH_AGAIN,
    blame: 'platform',
  });
}

export function unsupportedZip(path: string, what: string): Fault {
  return fault('ARCHIVE_ZIP_UNSUPPORTED', {
    problem: `The zip archive ${path} has ${what}, which is not supported.`,
    fix: 'Pack the archive anew, without a password and with the usual compression (deflate).',
    blame: 'user',
  });
}

export function invalidDeb(path: string, reason: string): Fault {
  return fault('ARCHIVE_DEB_INVALID', {
    problem: `${path} is not a Debian package: ${reason}.`,
    fix: FETCH_AGAIN,
    blame: 'platform',
  });
}

export function unpackFailed(path: string, folder: string, cause: Error): Fault {
  return fault('ARCHIVE_UNPACK_FAILED', {
    problem: `${path} could not be unpacked into ${folder}: ${cause.message}.`,
    fix: 'Make room or correct the rights there, and start again.',
    blame: 'platform',
    cause,
  });
}

export function unreadableFile(path: string, cause: Error): Fault {
  return fault('ARCHIVE_FILE_UNREADABLE', {
    problem: `${path} cannot be read: ${cause.message}.`,
    fix: 'Make it readable for the user who runs Dema, and let nothing remove it meanwhile.',
    blame: 'user',
    cause,
  });
}
