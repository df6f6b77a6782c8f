import { buildpackFileInvalid } from './faults.ts';
import type { SettledEntry } from './settle-plan.ts';

/** The entries that a buildpack may meet, one for each `requires` (Buildpack specification, "Buildpack Plan"). */
export function entriesOf(entries: SettledEntry[], id: string): { name: string; metadata: Record<string, unknown> }[] {
  return entries
    .filter(({ providers }) => providers.some((provider) => provider.id === id))
    .flatMap(({ requires }) => requires);
}

/** What a buildpack was offered counts as met unless it says otherwise in its `build.toml`. */
export function withoutMet(entries: SettledEntry[], id: string, unmet: string[]): SettledEntry[] {
  const offered = entries.filter(({ providers }) => providers.some((provider) => provider.id === id));
  const unknown = unmet.find((name) => !offered.some((entry) => entry.name === name));
  if (unknown !== undefined) {
    throw buildpackFileInvalid(id, `build.toml calls "${unknown}" unmet, which was not in its plan`);
  }
  return entries.filter((entry) => !offered.includes(entry) || unmet.includes(entry.name));
}
