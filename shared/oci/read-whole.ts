import { isFault } from '@dema/errors';
import { registryAnswerInvalid } from './faults.ts';
import { readSmall } from './read-small.ts';
import type { Registry, RegistryAsk } from './registry.ts';

/** No description of an image is larger, and no page of a list. */
const LARGEST = 8 * 1024 * 1024;

export interface WholeAnswer {
  content: Buffer;
  headers: Record<string, string>;
}

/** What a registry has at a path, at once; undefined when it has nothing there. Faults as of `readAnswer`. */
export async function readWhole(
  registry: Registry,
  path: string,
  headers: Record<string, string> = {},
): Promise<Buffer | undefined> {
  return (await readAnswer(registry, path, { headers }))?.content;
}

/**
 * The same with what stands above it. An answer that breaks off is asked for again. Faults: OCI_REGISTRY_*.
 * @param missing statuses that say that there is nothing
 */
export async function readAnswer(
  registry: Registry,
  path: string,
  { headers = {}, missing = [404] }: { headers?: Record<string, string>; missing?: number[] } = {},
): Promise<WholeAnswer | undefined> {
  const request: RegistryAsk = { method: 'GET', path, headers, expected: [200, ...missing] };
  const retries = registry.retries();
  for (;;) {
    const answer = await registry.ask(request);
    try {
      if (answer.status !== 200) return undefined;
      const content = await readSmall(answer.body, LARGEST);
      if (content === undefined) throw registryAnswerInvalid(registry.host, `what it sends for ${path} is too large`);
      return { content, headers: answer.headers };
    } catch (error) {
      if (isFault(error)) throw error;
      const { problem, again } = await registry.judge(request, error);
      if (!again || !(await retries.wait())) throw problem;
    } finally {
      answer.discard();
    }
  }
}
