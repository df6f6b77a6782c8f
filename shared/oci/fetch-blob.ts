import type { Digest } from '@dema/store';
import type { Registry } from './registry.ts';

/**
 * The content of a blob, gone on with where it broke off, not verified. Undefined when the registry does not have it.
 * Faults: OCI_REGISTRY_*.
 */
export async function fetchBlob(registry: Registry, digest: Digest): Promise<AsyncIterable<Uint8Array> | undefined> {
  const request = { method: 'GET', path: `blobs/${digest}` } as const;
  const first = await registry.ask({ ...request, expected: [200, 404] });
  if (first.status === 404) {
    first.discard();
    return undefined;
  }
  return resumed();

  async function* resumed(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    let retries = registry.retries();
    for (let answer = first; ; ) {
      const before = bytes;
      try {
        for await (const chunk of answer.body) {
          bytes += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        const { problem, again } = await registry.judge(request, error);
        if (bytes > before) retries = registry.retries();
        if (!again || !(await retries.wait())) throw problem;
        answer = await registry.ask({ ...request, headers: { range: `bytes=${bytes}-` }, expected: [200, 206] });
        if (answer.status === 200) answer = { ...answer, body: without(answer.body, bytes) };
      }
    }
  }
}

/** A server may not know how to begin in the middle. */
async function* without(body: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of body) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
