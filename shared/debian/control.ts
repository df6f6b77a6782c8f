/** Fields of one paragraph, names in lower case; continuation lines joined by a line end, without their first blank. */
export type Paragraph = Map<string, string>;

/** Paragraphs of a control file, an index or deb822 sources; comment lines are left out. Format: deb822(5). */
export function* parseParagraphs(text: string): Generator<Paragraph> {
  let paragraph: Paragraph = new Map();
  let field = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    if (line.trim() === '') {
      if (paragraph.size > 0) yield paragraph;
      paragraph = new Map();
      field = '';
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (field) paragraph.set(field, `${paragraph.get(field)}\n${line.slice(1).trimEnd()}`);
    } else {
      const colon = line.indexOf(':');
      if (colon < 1) continue;
      field = line.slice(0, colon).toLowerCase();
      paragraph.set(field, line.slice(colon + 1).trim());
    }
  }
  if (paragraph.size > 0) yield paragraph;
}
