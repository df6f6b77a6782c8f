import { registryAnswerInvalid } from './faults.ts';
import { readAnswer } from './read-whole.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';

const PAGE = 1000;
const MOST_PAGES = 100_000;

/** Repositories of a registry, in its order, a page at a time. Not every registry tells. Faults: OCI_REGISTRY_*. */
export async function* listRepositories(host: string, options: RegistryOptions): AsyncGenerator<string> {
  yield* listPages({ host, repository: 'catalogue' }, `/v2/_catalog?n=${PAGE}`, {
    field: 'repositories',
    scopes: ['registry:catalog:*'],
    options,
  });
}

/** Tags of a repository, in the order of the registry; none of one that it does not have. Faults: OCI_REGISTRY_*. */
export async function* listTags(
  { host, repository }: { host: string; repository: string },
  options: RegistryOptions,
): AsyncGenerator<string> {
  yield* listPages({ host, repository }, `tags/list?n=${PAGE}`, { field: 'tags', options });
}

interface Listing {
  /** Of the answer, which holds the names. */
  field: string;
  scopes?: string[];
  options: RegistryOptions;
}

async function* listPages(
  place: { host: string; repository: string },
  first: string,
  { field, scopes, options }: Listing,
): AsyncGenerator<string> {
  const registry = await openRegistry(place, options, { actions: 'pull', ...(scopes && { scopes }) });
  try {
    for await (const page of readPages(registry, first)) {
      const names = page[field];
      yield* Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    }
  } finally {
    await registry.close();
  }
}

/** The answers to a question that come page by page; none when there is nothing at the path, as these statuses say. Fault: OCI_REGISTRY_ANSWER_INVALID. */
export async function* readPages(
  registry: Registry,
  first: string,
  how: { headers?: Record<string, string>; missing?: number[] } = {},
): AsyncGenerator<Record<string, unknown>> {
  let path: string | undefined = first;
  for (let page = 0; path !== undefined; page += 1) {
    if (page > MOST_PAGES) throw registryAnswerInvalid(registry.host, 'its list has no end');
    const answer = await readAnswer(registry, path, how);
    if (answer === undefined) return;
    const content = parseList(answer.content);
    if (content === undefined) throw registryAnswerInvalid(registry.host, 'it sends no list');
    yield content;
    path = nextPage(registry, path, answer.headers.link);
  }
}

function parseList(content: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The address of a header such as `</v2/_catalog?last=b&n=2>; rel="next"` (RFC 8288). */
function nextPage(registry: Registry, page: string, link: string | undefined): string | undefined {
  const address = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '')?.[1];
  return address === undefined ? undefined : registry.resolve(address, page);
}
