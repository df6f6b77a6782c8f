import { expect, test } from 'vitest';
import type { Platform } from './descriptor.ts';
import { choosePlatform, machinePlatform, parsePlatform, renderPlatform } from './platform.ts';

test.each([
  ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
  ['linux/arm64/v8', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
  ['Linux/x86_64', { os: 'linux', architecture: 'amd64' }],
  ['arm64', { os: 'linux', architecture: 'arm64' }],
  ['linux/aarch64', { os: 'linux', architecture: 'arm64' }],
  ['linux/armhf', { os: 'linux', architecture: 'arm', variant: 'v7' }],
  ['windows/amd64', { os: 'windows', architecture: 'amd64' }],
])('%s is a platform', (text, platform) => {
  expect(parsePlatform(text)).toEqual(platform);
});

test.each(['', 'linux', 'linux/', 'linux/amd64/v2/x', 'linux amd64', 'linux/linux'])('"%s" is none', (text) => {
  expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'OCI_PLATFORM_INVALID' }));
});

test.each([
  ['linux/amd64', ['linux/arm64', 'linux/amd64'], 'linux/amd64'],
  ['linux/arm64', ['linux/arm64/v8'], 'linux/arm64/v8'],
  ['linux/arm64/v8', ['linux/arm64'], 'linux/arm64'],
  ['linux/arm', ['linux/arm/v5', 'linux/arm/v7', 'linux/arm/v6'], 'linux/arm/v7'],
  ['linux/arm/v6', ['linux/arm/v5', 'linux/arm/v7'], 'linux/arm/v5'],
  ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v4'], 'linux/amd64/v2'],
  ['linux/amd64', ['linux/amd64/v3'], undefined],
  ['linux/amd64', ['windows/amd64'], undefined],
])('for %s of %j it is %s', (wanted, offered, chosen) => {
  const entries = offered.map((text) => ({ platform: parsePlatform(text) }));
  const found = choosePlatform<{ platform?: Platform }>([{}, ...entries], parsePlatform(wanted));
  expect(found?.platform && renderPlatform(found.platform)).toBe(chosen);
});

test('the platform of this machine is one of Linux', () => {
  expect(parsePlatform(renderPlatform(machinePlatform()))).toEqual(machinePlatform());
});
