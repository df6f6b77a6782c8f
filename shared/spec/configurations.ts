/**
 * A variable that a buildpack says one may set: a table of `[[metadata.configurations]]` in `buildpack.toml`. That is a custom
 * of Paketo, which other tools read too; `type`, `choices`, `least`, `most` and `formerly` are our own.
 */
export interface Configuration {
  name: string;
  description?: string;
  /** As somebody would write it in the variable. */
  default?: string;
  /** It counts in a build. */
  build: boolean;
  /** It counts when the image starts. */
  launch: boolean;
  type?: string;
  choices: string[];
  /** Bounds of a number. */
  least?: number;
  most?: number;
  /** Older names that still count. */
  formerly: string[];
}

/** What stands there; entries of foreign buildpacks that make no sense are left out. */
export function listConfigurations(metadata: Record<string, unknown>): Configuration[] {
  const entries = Array.isArray(metadata.configurations) ? metadata.configurations : [];
  return entries.flatMap((entry: Record<string, unknown> | null) => {
    const name = findText(entry?.name);
    if (!entry || !name) return [];
    return [
      {
        name,
        description: findText(entry.description),
        default: findText(entry.default),
        build: entry.build === true,
        launch: entry.launch === true,
        type: findText(entry.type),
        choices: findTexts(entry.choices),
        least: findNumber(entry.least),
        most: findNumber(entry.most),
        formerly: findTexts(entry.formerly),
      },
    ];
  });
}

function findText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function findNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function findTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
