import { type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';

export function runImageMissing(builder: string, problems: string[]): Fault {
  return fault('CLI_RUN_IMAGE_MISSING', {
    problem:
      problems.length > 0
        ? `No run image of the builder ${builder} can be had.`
        : `The builder ${builder} names no run image.`,
    details: problems,
    fix: 'Name the image that the app is to stand on with `--run-image`, or in `[[run.images]]` of the builder.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}
