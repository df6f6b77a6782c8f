import { expect, test } from 'vitest';
import { describeDebianPackage } from './index.ts';

test('a package of Debian has the address that scanners know it by', () => {
  const facts = { name: 'busybox-static', version: '1:1.37.0-6+b9', architecture: 'amd64', sha256: 'ab'.repeat(32) };
  expect(describeDebianPackage(facts, 'debian-13')).toMatchObject({
    name: 'busybox-static',
    version: '1:1.37.0-6+b9',
    purl: 'pkg:deb/debian/busybox-static@1:1.37.0-6%2Bb9?arch=amd64&distro=debian-13',
    hashes: [`sha256:${'ab'.repeat(32)}`],
  });
});
