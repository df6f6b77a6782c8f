import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './engine-faults.ts';

test('container engines that cannot be used', () => {
  expect(formatFault(faults.engineAddressUnsupported('ssh://me@host', 'ssh'))).toMatchInlineSnapshot(`
    "error: The container engine at ssh://***@host cannot be spoken to: there is no way by ssh here.
    what to do: Forward its socket with \`ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock USER@HOST\` and set DOCKER_HOST=unix:///tmp/engine.sock; or write \`--output archive:FILE\` and load that there.
    (CLI_ENGINE_ADDRESS_UNSUPPORTED)"
  `);
  expect(formatFault(faults.engineAddressUnsupported('npipe:////./pipe/docker', 'npipe'))).toMatchInlineSnapshot(`
    "error: The container engine at npipe:////./pipe/docker cannot be spoken to: there is no way by npipe here.
    what to do: Set DOCKER_HOST to an address with unix://, tcp:// or https://.
    (CLI_ENGINE_ADDRESS_UNSUPPORTED)"
  `);
  expect(formatFault(faults.engineContextUnknown('far'))).toMatchInlineSnapshot(`
    "error: Docker's configuration has no context "far" with the address of an engine.
    what to do: Choose one that \`docker context ls\` lists, in DOCKER_CONTEXT or with \`docker context use\`; or set DOCKER_HOST.
    (CLI_ENGINE_CONTEXT_UNKNOWN)"
  `);
  expect(formatFault(faults.engineUnreachable('/run/x.sock', 'connect EACCES'))).toMatchInlineSnapshot(`
    "error: The container engine at /run/x.sock does not answer: connect EACCES.
    what to do: See that it runs (\`podman system service\` for podman) and that you may use its socket; or set DOCKER_HOST to the right one.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_ENGINE_UNREACHABLE)"
  `);
  expect(formatFault(faults.engineRefused('/run/x.sock', 'load the image', 'no space'))).toMatchInlineSnapshot(`
    "error: The container engine at /run/x.sock could not load the image.
      | no space
    what to do: See what the engine says, above; its log may say more.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_ENGINE_FAILED)"
  `);
  expect(faults.engineRefused('x', 'hand it out', 'Unknown media type').fix).toContain('name it by its registry');
  expect(formatFault(faults.engineSocketMissing())).toMatchInlineSnapshot(`
    "error: There is no container engine to ask for an image: neither DOCKER_HOST nor a context names one, and there is no socket at the usual places.
    what to do: Start one (\`podman system service --time 0\` for podman), or set DOCKER_HOST to its address.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_ENGINE_MISSING)"
  `);
  expect(formatFault(faults.engineImageMissing('shop:1'))).toMatchInlineSnapshot(`
    "error: The container engine has no image shop:1.
    what to do: Name one that \`docker images\` or \`podman images\` lists.
    (CLI_IMAGE_MISSING)"
  `);
});
