import { isFault } from '@dema/errors';
import { listRepositories, listTags } from '@dema/oci';
import { IN_REGISTRY } from '../destination.ts';
import { imagePatternInvalid, patternUnmatched } from '../rebase-faults.ts';
import { type RegistryChoices, registryOptions } from '../registry-destination.ts';
import type { ListedImage } from './list-images.ts';
import { createShortList, type ShortList } from './short-list.ts';

/**
 * What a registry has of `docker://HOST/REPOSITORIES[:TAGS]` with `*` in it. A pattern that nothing there matches, or whose registry does
 * not tell, gives itself with its problem, so that others go on. Fault CLI_ARGUMENTS_INVALID for one that is none.
 */
export async function* expandPattern(pattern: string, choices: RegistryChoices): AsyncGenerator<ListedImage> {
  const parsed = parsePattern(pattern);
  const looked = { others: createShortList(), repositories: createShortList(), tags: createShortList() };
  let isEmpty = true;
  try {
    for await (const found of findMatching(parsed, looked, choices)) {
      isEmpty = false;
      yield { name: `${IN_REGISTRY}${found}`, pattern };
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    yield { name: pattern, problem: error };
    return;
  }
  if (isEmpty) yield { name: pattern, problem: patternUnmatched(pattern, describe(looked)) };
}

interface ImagePattern {
  host: string;
  repositories: string;
  tags: string;
}

const PATTERN = /^docker:\/\/([^/*]+)\/([a-z0-9._/*-]+?)(?::([A-Za-z0-9._*-]+))?$/;

function parsePattern(pattern: string): ImagePattern {
  const [, host, repositories = '', tags = 'latest'] = PATTERN.exec(pattern) ?? [];
  if (host === undefined) throw imagePatternInvalid(pattern);
  return { host, repositories, tags };
}

/** Lists and signatures of what has that digest stand under such tags. */
const ATTACHED = /^sha(256|512)-[0-9a-f]{64}/;

async function* findMatching(
  { host, repositories, tags }: ImagePattern,
  looked: Looked,
  choices: RegistryChoices,
): AsyncGenerator<string> {
  const optionsFor = (repository: string) => registryOptions({ host, repository }, choices);
  const isOne = !repositories.includes('*');
  for await (const repository of isOne ? [repositories] : listRepositories(host, optionsFor(''))) {
    const isMeant = matches(repository, repositories);
    (isMeant ? looked.repositories : looked.others).add(repository);
    if (!isMeant) continue;
    const all = tags.includes('*') ? listTags({ host, repository }, optionsFor(repository)) : [tags];
    for await (const tag of all) {
      looked.tags.add(`${repository}:${tag}`);
      if (matches(tag, tags) && !ATTACHED.test(tag)) yield `${host}/${repository}:${tag}`;
    }
  }
}

/** `*` stands for anything, `/` included. */
function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.]/g, '\\.'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

interface Looked {
  /** Repositories that the pattern is not about. */
  others: ShortList;
  repositories: ShortList;
  /** Of those repositories, with their names. */
  tags: ShortList;
}

function describe({ others, repositories, tags }: Looked): string[] {
  if (repositories.isEmpty()) return [`repositories there: ${others.render()}`];
  return [`repositories that match: ${repositories.render()}`, `tags there: ${tags.render()}`];
}
