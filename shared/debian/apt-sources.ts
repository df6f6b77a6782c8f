import { parseParagraphs } from './control.ts';

/** One place that apt takes binary packages from. */
export interface AptSource {
  uri: string;
  suites: string[];
  components: string[];
  signedBy: string;
}

/** Entries of a file of sources: `.sources` in deb822 style, everything else one entry a line. Formats: sources.list(5). Disabled entries and those of source packages are left out. */
export function parseAptSources(text: string, file: string): AptSource[] {
  return file.endsWith('.sources') ? parseStanzas(text) : text.split('\n').flatMap(parseLine);
}

function parseStanzas(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const fields of parseParagraphs(text)) {
    const words = (field: string): string[] => splitWords(fields.get(field) ?? '');
    const enabled = !/^(no|false|without|off|disable|0)$/i.test(fields.get('enabled') ?? '');
    if (!enabled || !words('types').includes('deb')) continue;
    const shared = {
      suites: words('suites'),
      components: words('components'),
      signedBy: fields.get('signed-by') ?? '',
    };
    for (const uri of words('uris')) sources.push({ uri, ...shared });
  }
  return sources;
}

function parseLine(line: string): AptSource[] {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?([^#]*)/.exec(line);
  const [uri, suite, ...components] = splitWords(match?.[2] ?? '');
  if (!uri || !suite) return [];
  const signedBy = /(?:^|\s)signed-by=(\S+)/.exec(match?.[1] ?? '')?.[1] ?? '';
  return [{ uri, suites: [suite], components, signedBy }];
}

function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
