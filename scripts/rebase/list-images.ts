import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { getSystemErrorMessage } from 'node:util';
import type { Fault } from '@dema/errors';
import { IN_REGISTRY } from '../destination.ts';
import { imagesFileUnreadable, imagesNotNamed } from '../rebase-faults.ts';
import type { RegistryChoices } from '../registry-destination.ts';
import { expandPattern } from './image-patterns.ts';

export interface ListChoices extends RegistryChoices {
  /** A file with a name a line, or `-` for standard input. */
  images?: string;
  /** Whether a name without a place is one of a registry. */
  publish?: boolean;
}

export interface ListedImage {
  name: string;
  /** The pattern that found it: it need not be an app image then, nor be there. */
  pattern?: string;
  /** Why a pattern stands for no image; `name` is the pattern then. */
  problem?: Fault;
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
  if (!name.includes('*')) yield { name };
  else yield* expandPattern(name, choices);
}
