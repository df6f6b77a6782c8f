/** JSON by a loop, since values may be nested more deeply than JSON.stringify can go. */
export function renderJsonText(value: unknown): string {
  return renderText(value, { list: ['[', ']'], table: ['{', '}'], pair: ':' });
}

/** TOML with everything in inline tables below the first level. */
export function renderTomlText(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `a = ${inline(value)}`;
  return Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)} = ${inline(inner)}`)
    .join('\n');
}

function inline(value: unknown): string {
  return renderText(value, { list: ['[', ']'], table: ['{', '}'], pair: '=' });
}

interface Style {
  list: [string, string];
  table: [string, string];
  pair: string;
}

function renderText(value: unknown, { list, table, pair }: Style): string {
  const text: string[] = [];
  const waiting: ({ text: string } | { value: unknown })[] = [{ value }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if ('text' in next) {
      text.push(next.text);
      continue;
    }
    const { value: one } = next;
    if (Array.isArray(one)) {
      text.push(list[0]);
      waiting.push({ text: list[1] });
      for (const [index, inner] of [...one.entries()].reverse())
        waiting.push({ value: inner }, { text: index > 0 ? ',' : '' });
    } else if (typeof one === 'object' && one !== null && !(one instanceof Date)) {
      text.push(table[0]);
      waiting.push({ text: table[1] });
      for (const [index, [key, inner]] of [...Object.entries(one).entries()].reverse())
        waiting.push({ value: inner }, { text: `${index > 0 ? ',' : ''}${JSON.stringify(key)}${pair}` });
    } else text.push(renderPlain(one));
  }
  return text.join('');
}

function renderPlain(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'null');
}
