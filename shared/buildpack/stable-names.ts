import { createHash } from 'node:crypto';
import { basename } from 'node:path';

interface NamedFile {
  name: string;
  bytes: Uint8Array;
}

/** New names of parts by those that esbuild gave them. */
type Names = ReadonlyMap<string, string>;

/** What esbuild puts between the name of a part and its ending. */
const PART = /[\w.-]+-[A-Z0-9]{8}\.mjs/g;

/**
 * Names the parts of a bundle after what is in them. The names that esbuild gives them depend on where the sources lie, and the same
 * sources shall give the same bytes in every folder.
 */
export function withStableNames(files: readonly NamedFile[]): NamedFile[] {
  const texts = new Map(files.map(({ name, bytes }) => [basename(name), Buffer.from(bytes).toString('utf8')]));
  let names: Names = new Map([...texts.keys()].filter(isPart).map((part) => [part, withoutHash(part)]));
  for (let known = 0; known < countDistinct(names); ) {
    known = countDistinct(names);
    names = new Map([...names.keys()].map((part) => [part, nameAfter(part, texts.get(part) ?? '', names)]));
  }
  return files.map(({ name }) => {
    const own = basename(name);
    const text = renameParts(texts.get(own) ?? '', names);
    return { name: name.replace(own, names.get(own) ?? own), bytes: Buffer.from(text) };
  });
}

function countDistinct(names: Names): number {
  return new Set(names.values()).size;
}

function isPart(name: string): boolean {
  return name.replace(PART, '') === '';
}

function withoutHash(part: string): string {
  return part.replace(/-[A-Z0-9]{8}\.mjs$/, '');
}

/** Parts refer to each other, so a name is made of the names that the others have so far. */
function nameAfter(part: string, text: string, names: Names): string {
  const digest = createHash('sha256').update(renameParts(text, names)).digest('hex');
  return `${withoutHash(part)}-${digest.slice(0, 16)}.mjs`;
}

function renameParts(text: string, names: Names): string {
  return text.replace(PART, (part) => names.get(part) ?? part);
}
