import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { getSystemErrorMessage } from 'node:util';
import { listRepositories, listTags } from '@dema/oci';
import { IN_REGISTRY } from '../destination.ts';
import { imagePatternInvalid, imagesFileUnreadable, imagesNotNamed } from '../rebase-faults.ts';
import { type RegistryChoices, registryOptions } from '../registry-destination.ts';

export interface ListChoices extends RegistryChoices {
  /** A file with a name a line, or `-` for standard input. */
  images?: string;
  /** Whether a name without a place is one of a registry. */
  publish?: boolean;
}

export interface ListedImage {
  name: string;
  /** Whether a pattern found it: it need not be an app image then. */
  isFound: boolean;
}

/**
 * The images that a person names: one by one, in a file, and by patterns such as `docker://HOST/shop/*:1` or `docker://HOST/*:*`,
 * for which the registry is asked what it has. A name comes as `docker://NAME` where it is one of a registry.
 */
export async function* listImages(names: readonly string[], choices: ListChoices): AsyncGenerator<ListedImage> {
  if (names.length === 0 && choices.images === undefined) throw imagesNotNamed();
  for (const name of names) yield* expand(name, choices);
  if (choices.images === undefined) return;
  for await (const name of readNames(choices.images)) yield* expand(name, choices);
}

/** Blank lines and those that begin with `#` are left out. */
async function* readNames(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const name = line.trim();
      if (name !== '' && !name.startsWith('#')) yield name;
    }
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    if (errno === undefined) throw error;
    throw imagesFileUnreadable(file, getSystemErrorMessage(errno));
  }
}

async function* expand(text: string, choices: ListChoices): AsyncGenerator<ListedImage> {
  const isPlace = /^([a-z-]+:|[./])/.test(text) && !/^localhost:/.test(text);
  const name = choices.publish && !isPlace ? `${IN_REGISTRY}${text}` : text;
  if (!name.includes('*')) yield { name, isFound: false };
  else for await (const found of findMatching(name, choices)) yield { name: `${IN_REGISTRY}${found}`, isFound: true };
}

const PATTERN = /^docker:\/\/([^/*]+)\/([a-z0-9._/*-]+?)(?::([A-Za-z0-9._*-]+))?$/;

/** Lists and signatures of what has that digest stand under such tags. */
const ATTACHED = /^sha(256|512)-[0-9a-f]{64}/;

async function* findMatching(pattern: string, choices: RegistryChoices): AsyncGenerator<string> {
  const [, host, repositories = '', tags = 'latest'] = PATTERN.exec(pattern) ?? [];
  if (host === undefined) throw imagePatternInvalid(pattern);
  const optionsFor = (repository: string) => registryOptions({ host, repository }, choices);
  const isOne = !repositories.includes('*');
  for await (const repository of isOne ? [repositories] : listRepositories(host, optionsFor(''))) {
    if (!matches(repository, repositories)) continue;
    const all = tags.includes('*') ? listTags({ host, repository }, optionsFor(repository)) : [tags];
    for await (const tag of all) if (matches(tag, tags) && !ATTACHED.test(tag)) yield `${host}/${repository}:${tag}`;
  }
}

/** `*` stands for anything, `/` included. */
function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.]/g, '\\.'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
