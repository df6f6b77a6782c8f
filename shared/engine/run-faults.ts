import { type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';

export function imageCommandMissing(): Fault {
  return fault('ENGINE_IMAGE_COMMAND_MISSING', {
    problem: 'The image does not say what is to be started: it has neither an entry point nor a command.',
    fix: 'Give a command after `--`, such as `dema run IMAGE -- sh`.',
    blame: 'user',
    exitCode: EXIT.launch,
  });
}

export function imagePlatformDiffers(platform: string, own: string): Fault {
  return fault('ENGINE_IMAGE_PLATFORM', {
    problem: `The image is for ${platform}, and this machine runs ${own}.`,
    fix: 'Name an image for this machine, or run this one on a machine of its kind.',
    blame: 'user',
    exitCode: EXIT.launch,
  });
}

export function imageUserUnknown(name: string, kind: 'user' | 'group'): Fault {
  return fault('ENGINE_IMAGE_USER_UNKNOWN', {
    problem: `The image runs as the ${kind} "${name}", which its /etc/${kind === 'user' ? 'passwd' : 'group'} does not have.`,
    fix: `Build the image with a ${kind} that it has, or with its number.`,
    blame: 'user',
    exitCode: EXIT.launch,
  });
}
