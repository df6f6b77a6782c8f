import { renderToml } from './render-toml.ts';
import { sortKeys } from './sort-keys.ts';
import { findString, findTable, tomlDocument } from './toml-place.ts';

/** `project-metadata.toml` and the label `io.buildpacks.project.metadata`: where the source of an app comes from. */
export interface ProjectMetadata {
  source?: {
    /** Such as `git`. */
    type?: string;
    version?: Record<string, unknown>;
    metadata?: Record<string, unknown>;
  };
}

export function parseProjectMetadataToml(text: string, file: string): ProjectMetadata {
  const source = findTable(tomlDocument(text, file), 'source');
  if (source === undefined) return {};
  return {
    source: {
      type: findString(source, 'type') || undefined,
      version: findTable(source, 'version')?.value,
      metadata: findTable(source, 'metadata')?.value,
    },
  };
}

export function renderProjectMetadataToml({ source }: ProjectMetadata): string {
  return renderToml({
    source: source && {
      type: source.type ?? '',
      version: sortKeys(source.version),
      metadata: sortKeys(source.metadata),
    },
  });
}

/** For `renderJson`; what is empty is left out, as the lifecycle does. */
export function projectMetadataLabel({ source }: ProjectMetadata): object {
  if (source === undefined) return {};
  const filled = (table: Record<string, unknown> | undefined) =>
    table && Object.keys(table).length > 0 ? sortKeys(table) : undefined;
  return {
    source: { type: source.type || undefined, version: filled(source.version), metadata: filled(source.metadata) },
  };
}
