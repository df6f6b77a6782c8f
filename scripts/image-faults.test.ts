import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './image-faults.ts';

test('a builder whose run image cannot be had', () => {
  expect(formatFault(faults.runImageMissing('acme/builder:1', []))).toMatchInlineSnapshot(`
    "error: The builder acme/builder:1 names no run image.
    what to do: Name the image that the app is to stand on with \`--run-image\`, or in \`[[run.images]]\` of the builder.
    (CLI_RUN_IMAGE_MISSING)"
  `);
  expect(formatFault(faults.runImageMissing('acme/builder:1', ['acme/run:1: gone']))).toMatchInlineSnapshot(`
    "error: No run image of the builder acme/builder:1 can be had.
      | acme/run:1: gone
    what to do: Name the image that the app is to stand on with \`--run-image\`, or in \`[[run.images]]\` of the builder.
    (CLI_RUN_IMAGE_MISSING)"
  `);
});
