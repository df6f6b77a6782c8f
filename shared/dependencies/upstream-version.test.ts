import { expect, test } from 'vitest';
import { upstreamVersion } from './upstream-version.ts';

test.each([
  ['1.85.1+dfsg1-1+deb13u1', '1.85.1'],
  ['2:8.4.16-1~deb13u1', '8.4.16'],
  ['1.26.3-3+deb13u1', '1.26.3'],
  ['2.9.14+dfsg-1.3~deb13u1', '2.9.14'],
  ['25.0.1+8-1', '25.0.1+8'],
  ['1.9.0+ds-2+deb13u1', '1.9.0'],
  ['3.6.6-0.1~deb13u1', '3.6.6'],
  ['14.2.0-19', '14.2.0'],
  ['20250104', '20250104.0.0'],
  ['2025.04.26-1', '2025.4.26'],
  ['1.0-1', '1.0.0'],
  ['1.2.3.4-1', '1.2.3.4'],
])('%s is %s upstream', (version, upstream) => {
  expect(upstreamVersion(version)).toBe(upstream);
});
