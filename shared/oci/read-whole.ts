import { isFault } from '@dema/errors';
import { invalidImage } from './faults.ts';
import { readSmall } from './read-small.ts';
import type { Registry } from './registry.ts';

/** No description of an image is larger. */
const LARGEST = 8 * 1024 * 1024;

/**
 * What a registry has at a path, at once; undefined when it has nothing there. An answer that breaks off is asked for again.
 * Faults: OCI_REGISTRY_*, OCI_IMAGE_INVALID for what is too large.
 */
export async function readWhole(
  registry: Registry,
  path: string,
  headers: Record<string, string> = {},
): Promise<Buffer | undefined> {
  const request = { method: 'GET', path, headers, expected: [200, 404] } as const;
  const retries = registry.retries();
  for (;;) {
    const answer = await registry.ask({ ...request, expected: [200, 404] });
    try {
      if (answer.status === 404) return undefined;
      const content = await readSmall(answer.body, LARGEST);
      if (content === undefined) throw invalidImage('The answer of the registry', 'it is too large');
      return content;
    } catch (error) {
      if (isFault(error)) throw error;
      const { problem, again } = await registry.judge(request, error);
      if (!again || !(await retries.wait())) throw problem;
    } finally {
      answer.discard();
    }
  }
}
