import { type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';

export function engineAddressUnsupported(address: string, scheme: string): Fault {
  const forward = 'ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock USER@HOST';
  return fault('CLI_ENGINE_ADDRESS_UNSUPPORTED', {
    problem: `The container engine at ${address} cannot be spoken to: there is no way by ${scheme || 'such an address'} here.`,
    fix:
      scheme === 'ssh'
        ? `Forward its socket with \`${forward}\` and set DOCKER_HOST=unix:///tmp/engine.sock; or write \`--output archive:FILE\` and load that there.`
        : 'Set DOCKER_HOST to an address with unix://, tcp:// or https://.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function engineContextUnknown(name: string): Fault {
  return fault('CLI_ENGINE_CONTEXT_UNKNOWN', {
    problem: `Docker's configuration has no context "${name}" with the address of an engine.`,
    fix: 'Choose one that `docker context ls` lists, in DOCKER_CONTEXT or with `docker context use`; or set DOCKER_HOST.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function engineUnreachable(name: string, reason: string): Fault {
  return fault('CLI_ENGINE_UNREACHABLE', {
    problem: `The container engine at ${name} does not answer: ${reason}.`,
    fix: 'See that it runs (`podman system service` for podman) and that you may use its socket; or set DOCKER_HOST to the right one.',
    blame: 'platform',
  });
}

export function engineRefused(name: string, what: string, reason: string): Fault {
  return fault('CLI_ENGINE_FAILED', {
    problem: `The container engine at ${name} could not ${what}.`,
    fix: /media type/i.test(reason)
      ? 'podman hands out no image whose layers have media types of Docker and of the OCI, as pack and the lifecycle write them: name it by its registry instead.'
      : 'See what the engine says, above; its log may say more.',
    blame: 'platform',
    details: [reason],
  });
}

export function engineSocketMissing(): Fault {
  return fault('CLI_ENGINE_MISSING', {
    problem:
      'There is no container engine to ask for an image: neither DOCKER_HOST nor a context names one, and there is no socket at the usual places.',
    fix: 'Start one (`podman system service --time 0` for podman), or set DOCKER_HOST to its address.',
    blame: 'platform',
  });
}

export function engineImageMissing(reference: string): Fault {
  return fault('CLI_IMAGE_MISSING', {
    problem: `The container engine has no image ${reference}.`,
    fix: 'Name one that `docker images` or `podman images` lists.',
    blame: 'user',
  });
}
