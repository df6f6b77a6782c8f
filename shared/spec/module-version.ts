import { placeAt, readName, readTable, tomlDocument, tomlFault } from './toml-place.ts';

const NUMBER = '(0|[1-9][0-9]*)';
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);

/**
 * Holds the version in a `buildpack.toml` or `extension.toml` to be X.Y.Z, as the specification has it of what is passed on to
 * others; builds take any. Fault SPEC_VALUE_INVALID.
 * @param kind the table that says it
 */
export function checkModuleVersion(text: string, file: string, kind: 'buildpack' | 'extension'): void {
  const table = readTable(tomlDocument(text, file), kind);
  const version = readName(table, 'version');
  if (VERSION.test(version)) return;
  throw tomlFault(
    placeAt(table, 'version'),
    `is "${version}", where the specification wants three numbers`,
    'write three numbers with dots between them and without leading zeros, such as "1.2.3"',
  );
}
