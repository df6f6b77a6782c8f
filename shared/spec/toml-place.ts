import type { Fault } from '@dema/errors';
import { valueInvalid } from './faults.ts';
import { parseToml } from './parse-toml.ts';
import { findTomlLine, type KeyPath } from './toml-positions.ts';

/** A value inside a TOML document, with what is needed to say where it stands. */
export interface TomlPlace {
  file: string;
  text: string;
  path: KeyPath;
  value: unknown;
}

export interface TomlTable extends TomlPlace {
  value: Record<string, unknown>;
}

export function tomlDocument(text: string, file: string): TomlTable {
  return { file, text, path: [], value: parseToml(text, file) };
}

export function tomlFault(place: TomlPlace, reason: string, fix: string): Fault {
  const { file, text, path } = place;
  return valueInvalid({ file, line: findTomlLine(text, path), key: keyText(path), reason, fix });
}

/** The place of a key of a table, whether it is there or not (then its value is undefined). */
export function placeAt(table: TomlTable, key: string): TomlPlace {
  const value = Object.hasOwn(table.value, key) ? table.value[key] : undefined;
  return { ...table, path: [...table.path, key], value };
}

export function findString(table: TomlTable, key: string): string | undefined {
  return optional(placeAt(table, key), stringOf);
}

export function readString(table: TomlTable, key: string): string {
  return stringOf(placeAt(table, key));
}

/** As `readString`, and the text must not be empty. */
export function readName(table: TomlTable, key: string): string {
  const place = placeAt(table, key);
  const text = stringOf(place);
  if (text === '') throw tomlFault(place, 'must not be empty', `write a value for \`${keyText(place.path)}\``);
  return text;
}

/** False when the key is absent. */
export function readFlag(table: TomlTable, key: string): boolean {
  const place = placeAt(table, key);
  if (place.value === undefined) return false;
  if (typeof place.value !== 'boolean') throw wrongType(place, 'true or false');
  return place.value;
}

/** A whole number; undefined when the key is absent. */
export function findInteger(table: TomlTable, key: string): number | undefined {
  const place = placeAt(table, key);
  if (place.value === undefined) return undefined;
  if (!Number.isSafeInteger(place.value)) throw wrongType(place, 'a whole number');
  return Number(place.value);
}

export function findStrings(table: TomlTable, key: string): string[] | undefined {
  return optional(placeAt(table, key), (place) => elementsOf(place, 'an array of strings').map(stringOf));
}

export function readStrings(table: TomlTable, key: string): string[] {
  return elementsOf(placeAt(table, key), 'an array of strings').map(stringOf);
}

export function findTable(table: TomlTable, key: string): TomlTable | undefined {
  return optional(placeAt(table, key), tableOf);
}

export function readTable(table: TomlTable, key: string): TomlTable {
  return tableOf(placeAt(table, key));
}

/** An array of tables; empty when the key is absent. */
export function readTables(table: TomlTable, key: string): TomlTable[] {
  const place = placeAt(table, key);
  return place.value === undefined ? [] : elementsOf(place, 'an array of tables').map(tableOf);
}

/** The content of a free table; empty when the key is absent. */
export function readFree(table: TomlTable, key: string): Record<string, unknown> {
  return findTable(table, key)?.value ?? {};
}

function optional<T>(place: TomlPlace, read: (place: TomlPlace) => T): T | undefined {
  return place.value === undefined ? undefined : read(place);
}

function stringOf(place: TomlPlace): string {
  if (typeof place.value !== 'string') throw wrongType(place, 'a string');
  return place.value;
}

function elementsOf(place: TomlPlace, expected: string): TomlPlace[] {
  if (!Array.isArray(place.value)) throw wrongType(place, expected);
  return place.value.map((value, index) => ({ ...place, path: [...place.path, index], value }));
}

function tableOf(place: TomlPlace): TomlTable {
  const { value } = place;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) {
    throw wrongType(place, 'a table');
  }
  return { ...place, value: value as Record<string, unknown> };
}

function wrongType(place: TomlPlace, expected: string): Fault {
  const key = keyText(place.path);
  if (place.value === undefined) return tomlFault(place, 'is missing', `add \`${key}\`, which must be ${expected}`);
  return tomlFault(place, `must be ${expected}, but is ${kindOf(place.value)}`, `make \`${key}\` ${expected}`);
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `the string "${value}"`;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a date or time';
  return typeof value === 'object' ? 'a table' : String(value);
}

function keyText(path: KeyPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index ? `.${part}` : part)).join('');
}
