import { type PlanRequire, plainRequires, readRequires } from './build-plan.ts';
import { renderToml } from './render-toml.ts';
import { readFlag, readName, readTables, tomlDocument } from './toml-place.ts';

/** All requires of one name, and the elements of the group that provide it. */
export interface SettledEntry {
  providers: { id: string; version: string; extension?: boolean }[];
  requires: PlanRequire[];
}

/** `plan.toml`, written by detect. */
export function parsePlanToml(text: string, file: string): SettledEntry[] {
  return readTables(tomlDocument(text, file), 'entries').map((entry) => ({
    providers: readTables(entry, 'providers').map((provider) => ({
      id: readName(provider, 'id'),
      version: readName(provider, 'version'),
      ...(readFlag(provider, 'extension') ? { extension: true } : {}),
    })),
    requires: readRequires(entry, 'requires'),
  }));
}

export function renderPlanToml(entries: SettledEntry[]): string {
  return renderToml({
    entries: entries.length
      ? entries.map(({ providers, requires }) => ({
          providers: providers.map(({ id, version, extension }) => ({
            id,
            version,
            extension: extension || undefined,
          })),
          requires: plainRequires(requires),
        }))
      : undefined,
  });
}
