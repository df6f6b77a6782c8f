import { type BuildpackReference, readReference } from './order.ts';
import { renderToml } from './render-toml.ts';
import { findTable, readTables, type TomlTable, tomlDocument } from './toml-place.ts';

/** Buildpacks that stand before and after every group. */
export interface SystemBuildpacks {
  pre: BuildpackReference[];
  post: BuildpackReference[];
}

/** `system.toml` (Platform API 0.15). */
export function parseSystemToml(text: string, file: string): SystemBuildpacks {
  return readSystem(tomlDocument(text, file));
}

/** As pack writes it: a side without buildpacks is left out. */
export function renderSystemToml(system: SystemBuildpacks): string {
  const side = (buildpacks: BuildpackReference[]) =>
    buildpacks.length > 0
      ? {
          buildpacks: buildpacks.map(({ id, version, optional }) => ({ id, version, optional: optional || undefined })),
        }
      : undefined;
  return renderToml({ system: { pre: side(system.pre), post: side(system.post) } });
}

/** The table `[system]` of a document; nothing when it has none. */
export function readSystem(document: TomlTable): SystemBuildpacks {
  return readSides(findTable(document, 'system'));
}

/** What stands in that table, or in the label of a builder. */
export function readSides(system: TomlTable | undefined): SystemBuildpacks {
  return { pre: readSide(system, 'pre'), post: readSide(system, 'post') };
}

function readSide(table: TomlTable | undefined, key: 'pre' | 'post'): BuildpackReference[] {
  const side = table && findTable(table, key);
  return side ? readTables(side, 'buildpacks').map((reference) => readReference(reference)) : [];
}
