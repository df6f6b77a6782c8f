import { entriesOf, isTable as isAnyTable } from './sort-keys.ts';
import { renderTomlDate } from './toml-date.ts';
import { isFloat } from './toml-floats.ts';

const RAW = Symbol('TOML text');

export interface RenderTomlOptions {
  /** `float` writes every number as a float, as Go does with numbers that came out of JSON; `5` becomes `5.0`. */
  numbers?: 'float';
}

/** A value whose TOML text is given and written as it is. */
export function rawToml(text: string): object {
  return { [RAW]: text };
}

/**
 * A TOML document, byte for byte as the Go encoder of the lifecycle and of pack (BurntSushi/toml) writes it: in each
 * table the plain keys first, then the sub-tables; two spaces for each depth; strings in double quotes. Keys stand in
 * the order in which the object holds them (a Go struct); `sortKeys` gives the order of a Go map. Undefined and
 * null are left out.
 */
export function renderToml(value: object, options: RenderTomlOptions = {}): string {
  return renderTable([], value, options).join('').replace(/^\n/, '');
}

type Path = readonly string[];

function renderTable(path: Path, table: object, options: RenderTomlOptions): string[] {
  const { plain, tables } = splitEntries(table);
  const indent = '  '.repeat(path.length);
  return [
    ...plain.map(
      ([key, value]) => `${indent}${renderKey(key)} = ${renderInline(value, options, isFloat(table, key))}\n`,
    ),
    ...tables.flatMap(([key, value]) => renderSubTable([...path, key], value, options)),
  ];
}

function splitEntries(table: object): Record<'plain' | 'tables', [string, unknown][]> {
  const entries = entriesOf(table).filter(([, value]) => value !== undefined && value !== null);
  return {
    plain: entries.filter(([, value]) => !isTable(value) && !isTableArray(value)),
    tables: entries.filter(([, value]) => isTable(value) || isTableArray(value)),
  };
}

function renderSubTable(path: Path, value: unknown, options: RenderTomlOptions): string[] {
  const indent = '  '.repeat(path.length - 1);
  const name = path.map(renderKey).join('.');
  if (isTable(value)) {
    const gap = path.length === 1 ? '\n' : '';
    return [`${gap}${indent}[${name}]\n`, ...renderTable(path, value, options)];
  }
  const tables = value as object[];
  return tables.flatMap((table) => [`\n${indent}[[${name}]]\n`, ...renderTable(path, table, options)]);
}

function renderInline(value: unknown, options: RenderTomlOptions, float: boolean): string {
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => renderInline(item, options, isFloat(value, index))).join(', ')}]`;
  }
  if (value instanceof Date) return renderTomlDate(value);
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) && !float && options.numbers !== 'float'
        ? String(value)
        : renderFloat(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value !== null) return RAW in value ? String(value[RAW]) : renderInlineTable(value, options);
  }
  throw new Error(`not a value that TOML knows: ${String(value)}`);
}

function renderInlineTable(table: object, options: RenderTomlOptions): string {
  const { plain, tables } = splitEntries(table);
  const items = [...plain, ...tables].map(([key, value]) => {
    return `${renderKey(key)} = ${renderInline(value, options, isFloat(table, key))}`;
  });
  return `{${items.join(', ')}}`;
}

/** As Go's `strconv.FormatFloat(value, 'g', -1, 64)`, with a decimal. */
function renderFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e');
  const exponent = Number(exponentText);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (exponent < -4 || exponent >= 6) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = String(Math.abs(value));
  return sign + (text.includes('.') ? text : `${text}.0`);
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

function quote(text: string): string {
  const escaped = text.replace(/["\\\x00-\x1f\x7f]/g, (character) => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

function renderKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quote(key);
}

function isTable(value: unknown): value is object {
  return isAnyTable(value) && !(RAW in value);
}

function isTableArray(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTable);
}
