import { expect, test } from 'vitest';
import { renderReportToml } from './report-toml.ts';

test('of an image with a manifest', () => {
  const text = renderReportToml({ tags: ['a', 'b'], digest: 'sha256:1', manifestSize: 7 });
  expect(text).toBe('[image]\n  tags = ["a", "b"]\n  digest = "sha256:1"\n  manifest-size = 7\n');
});

test('of an image in a daemon', () => {
  expect(renderReportToml({ tags: [], imageId: 'id' })).toBe('[image]\n  tags = []\n  image-id = "id"\n');
});
