import { expect, test } from 'vitest';
import * as faults from './faults.ts';

const ENTRY = { path: 'app/a.js', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 5 } as const;

test.each([
  [faults.malformedTar('a header with a wrong checksum'), 'ARCHIVE_TAR_INVALID', 'platform', /wrong checksum/],
  [faults.truncatedArchive(), 'ARCHIVE_TRUNCATED', 'platform', /ends before/],
  [faults.unsupportedTar('a/b', 'a sparse file'), 'ARCHIVE_TAR_UNSUPPORTED', 'user', /a sparse file \(a\/b\)/],
  [faults.brokenCompression('xz', new Error('code 7')), 'ARCHIVE_COMPRESSION_INVALID', 'platform', /The xz data/],
  [faults.unsupportedCompression('bzip2'), 'ARCHIVE_COMPRESSION_UNSUPPORTED', 'user', /bzip2/],
  [faults.bodySizeDiffers(ENTRY, 4), 'ARCHIVE_FILE_CHANGED', 'user', /app\/a\.js should have 5 bytes but gave 4/],
  [faults.bodySizeDiffers(ENTRY, 6), 'ARCHIVE_FILE_CHANGED', 'user', /has more/],
  [
    faults.unreadableFile('/app/x', new Error('EACCES')),
    'ARCHIVE_FILE_UNREADABLE',
    'user',
    /\/app\/x cannot be read: EACCES/,
  ],
  [
    faults.unsafePath('../x', 'its path leads upwards'),
    'ARCHIVE_PATH_UNSAFE',
    'user',
    /"\.\.\/x": its path leads upwards/,
  ],
  [
    faults.invalidZip('/a.zip', 'it is cut.'),
    'ARCHIVE_ZIP_INVALID',
    'platform',
    /a\.zip is not a whole zip archive: it is cut\.$/,
  ],
  [faults.unsupportedZip('/a.zip', 'an encrypted entry'), 'ARCHIVE_ZIP_UNSUPPORTED', 'user', /has an encrypted entry/],
  [faults.archiveTooLarge('7 bytes'), 'ARCHIVE_TOO_LARGE', 'user', /more than 7 bytes/],
  [
    faults.unpackFailed('a', '/t', new Error('ENOSPC')),
    'ARCHIVE_UNPACK_FAILED',
    'platform',
    /a could not be unpacked into \/t: ENOSPC/,
  ],
  [
    faults.invalidDeb('x.deb', 'it is no ar archive'),
    'ARCHIVE_DEB_INVALID',
    'platform',
    /x\.deb is not a Debian package: it is no ar/,
  ],
])('%s', (fault, code, blame, problem) => {
  expect(fault).toMatchObject({ code, blame });
  expect(fault.problem).toMatch(problem);
  expect(fault.fix).not.toBe('');
});
