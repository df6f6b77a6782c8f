import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { registryImageMissing } from './faults.ts';
import * as faults from './rebase-faults.ts';

test('an image that names no run image', () => {
  expect(formatFault(faults.runImageUnknown())).toMatchInlineSnapshot(`
    "error: The image does not say which run image it stands on.
    what to do: Name the one that it is to have with \`--run-image\`.
    (CLI_RUN_IMAGE_UNKNOWN)"
  `);
});

test('a run image that is not there', () => {
  const reason = registryImageMissing('a.example/run:1');
  expect(formatFault(faults.newRunImageMissing(reason))).toMatchInlineSnapshot(`
    "error: No run image can be had: The registry has no image a.example/run:1.
    what to do: Check the name and the tag; without a tag it is \`latest\`. \`--run-image\` names another one.
    (CLI_NEW_RUN_IMAGE_MISSING)"
  `);
});

test('an image alone keeps its fault, with the exit code of a rebase where it has none', () => {
  const missing = registryImageMissing('a.example/shop:1');
  expect(faults.rebaseFailed(missing)).toMatchObject({ code: missing.code, fix: missing.fix, exitCode: 72 });
  expect(faults.rebaseFailed(faults.imagesNotNamed()).exitCode).toBe(3);
});

test('some of many images that were not rebased, or not put back', () => {
  expect(formatFault(faults.rebaseIncomplete(2, 1000))).toMatchInlineSnapshot(`
    "error: 2 of 1000 images could not be rebased; the lines above say why.
    what to do: Mend what is said there and run the command again: images that were rebased are left as they are.
    (CLI_REBASE_INCOMPLETE)"
  `);
  expect(formatFault(faults.rollbackIncomplete(2))).toMatchInlineSnapshot(`
    "error: 2 images could not be put back; the lines above say why.
    what to do: Mend what is said there and run the command again: what was put back is left as it is.
    (CLI_ROLLBACK_INCOMPLETE)"
  `);
});

test('a run image that does not mend what is rolled out', () => {
  expect(formatFault(faults.runImageNotMended(['CVE-2026-1', 'DSA-1']))).toMatchInlineSnapshot(`
    "error: The run image itself is not mended: no package in it is known to mend CVE-2026-1 or DSA-1.
    what to do: Name a run image that is mended, or run the command again when the archive has the package that mends it; what its changelog does not say can be said with \`--fixed\`.
    (CLI_RUN_IMAGE_NOT_MENDED)"
  `);
});

test('what is no report of a roll-out', () => {
  expect(formatFault(faults.rolloutReportInvalid('a.jsonl', 'it is empty'))).toMatchInlineSnapshot(`
    "error: a.jsonl is no report of a roll-out: it is empty.
    what to do: Name a file that \`dema rollout\` wrote; it says which one at its end. A new report wants a file that is not there yet.
    (CLI_ROLLOUT_REPORT_INVALID)"
  `);
});

test.each([
  faults.imagesFileUnreadable('names', 'no such file'),
  faults.imagesNotNamed(),
  faults.oneImageWanted('--tag'),
  faults.imagePatternInvalid('shop*'),
  faults.advisoryInvalid('CVE-1'),
  faults.fixedInvalid('expat'),
  faults.rolloutNeedsRegistry('shop'),
])('$problem', (fault) => {
  expect(fault).toMatchObject({ code: 'CLI_ARGUMENTS_INVALID', exitCode: 3 });
});

test('a pattern that nothing matches, and packages that would be lost', () => {
  const pattern = 'docker://registry.example/shop/*:*';
  expect(formatFault(faults.patternUnmatched(pattern, ['repositories there: blog']))).toMatchInlineSnapshot(`
    "error: No image of the registry matches docker://registry.example/shop/*:*.
      | repositories there: blog
    what to do: Correct the repository or the tag of the pattern; \`*\` stands for anything, \`/\` included, and without a tag it means \`latest\`.
    (CLI_PATTERN_UNMATCHED)"
  `);
  expect(formatFault(faults.packagesLost(['curl', 'libcurl4t64']))).toMatchInlineSnapshot(`
    "error: The new run image lacks 2 packages of the old one: curl, libcurl4t64.
    what to do: Apps may need them: keep them in the run image (\`[run.packages]\` of its base.toml), or rebase all the same with \`--force\` where you know that none does.
    (CLI_REBASE_PACKAGES_LOST)"
  `);
});
