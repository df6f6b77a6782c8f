import { expect, test } from 'vitest';
import * as faults from './faults.ts';

test.each([
  [faults.layerMissing('sha256:a'), 'OCI_LAYER_MISSING', 'platform', /layer sha256:a is not in the store/],
  [faults.layerDiffers('sha256:a', 'sha256:b'), 'OCI_LAYER_DIFFERS', 'platform', /sha256:a has the digest sha256:b/],
  [faults.blobMissing('sha256:a'), 'OCI_BLOB_MISSING', 'platform', /sha256:a .*missing/],
  [faults.imageIncomplete('shop:1', 'sha256:a'), 'OCI_IMAGE_INCOMPLETE', 'platform', /shop:1 lacks its blob sha256:a/],
  [
    faults.invalidImage('sha256:a', 'it is no JSON object'),
    'OCI_IMAGE_INVALID',
    'user',
    /sha256:a .*: it is no JSON object/,
  ],
  [faults.invalidPlatform('a b'), 'OCI_PLATFORM_INVALID', 'user', /"a b" is not the name/],
  [faults.platformMissing('shop:1', 'linux/arm', []), 'OCI_PLATFORM_MISSING', 'user', /shop:1 has no .* linux\/arm/],
  [faults.invalidReference('A B'), 'IMAGE_REFERENCE_INVALID', 'user', /"A B" is not the name/],
  [
    faults.invalidLayout('out', 'it is empty'),
    'OCI_LAYOUT_INVALID',
    'user',
    /out is not an OCI image layout: it is empty/,
  ],
  [
    faults.invalidArchive('x.tar', 'it is empty.'),
    'OCI_ARCHIVE_INVALID',
    'user',
    /x.tar is not an archive .*: it is empty.$/,
  ],
  [faults.notAFile('out'), 'OCI_OUTPUT_NOT_A_FILE', 'user', /out is there and is no file/],
  [faults.outputFailed('x.tar', new Error('EACCES')), 'OCI_OUTPUT_FAILED', 'platform', /written to x.tar: EACCES/],
  [
    faults.outputFailed('x.tar', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
    'OCI_OUTPUT_FAILED',
    'platform',
    /no space is left there/,
  ],
  [faults.registryMissing('app'), 'OCI_REGISTRY_MISSING', 'user', /"app" does not say/],
  [faults.registryRefused('Writing r/a', 403, []), 'OCI_REGISTRY_REFUSED', 'user', /refused with status 403/],
  [faults.registryRefused('Writing r/a', 507, []), 'OCI_REGISTRY_REFUSED', 'platform', /refused with status 507/],
  [faults.registryUnreachable('r', [], undefined), 'OCI_REGISTRY_UNREACHABLE', 'platform', /r is not reachable/],
  [faults.registryBrokeOff('Reading r/a', [], undefined), 'OCI_REGISTRY_BROKE_OFF', 'platform', /r\/a broke off/],
  [faults.registryTagTaken('r/a', '1', 'sha256:a'), 'OCI_REGISTRY_TAG_TAKEN', 'user', /r\/a:1 was given to sha256:a/],
  [faults.registryLacks('r/a:1', 'sha256:a'), 'OCI_REGISTRY_INCOMPLETE', 'platform', /r\/a:1 names sha256:a/],
  [faults.mirrorInvalid('DEMA_REGISTRY_MIRROR', 'a b'), 'OCI_MIRROR_INVALID', 'user', /"a b" in DEMA_REGISTRY_MIRROR/],
  [faults.registryBlocked('r/a', '/f'), 'OCI_REGISTRY_BLOCKED', 'user', /r\/a may not .* \/f blocks/],
  [faults.loginServerFailed('r', 'auth.r', 503), 'OCI_REGISTRY_LOGIN_FAILED', 'platform', /auth.r, .* answers 503/],
  [faults.registryAnswerInvalid('r', 'no JSON'), 'OCI_REGISTRY_ANSWER_INVALID', 'platform', /r does not .*: no JSON/],
  [faults.registryLoginFailed('r', 'it refuses'), 'OCI_REGISTRY_LOGIN_FAILED', 'user', /r cannot be logged in to: it/],
  [faults.registryAuthInvalid('f', 'it is no JSON'), 'OCI_REGISTRY_AUTH_INVALID', 'user', /in f cannot be read: it/],
  [faults.credentialHelperFailed('h', 'r', 'x'), 'OCI_CREDENTIAL_HELPER_FAILED', 'platform', /h gives no .* for r/],
  [faults.layoutOccupied('out'), 'OCI_LAYOUT_OCCUPIED', 'user', /out has files in it/],
  [faults.layoutNotFolder('out'), 'OCI_LAYOUT_OCCUPIED', 'user', /out is a file/],
  [
    faults.unreadableFolder('/l', new Error('EACCES')),
    'OCI_FOLDER_UNREADABLE',
    'user',
    /\/l cannot be put into a layer: EACCES/,
  ],
])('%s', (fault, code, blame, problem) => {
  expect(fault).toMatchObject({ code, blame });
  expect(fault.problem).toMatch(problem);
  expect(fault.fix).not.toBe('');
});
