import { readBom } from './bom.ts';
import { renderToml } from './render-toml.ts';
import { readName, readTables, tomlDocument } from './toml-place.ts';

/** `build.toml`: the names of the buildpack's plan that it leaves to later buildpacks. */
export interface BuildDescriptor {
  unmet: string[];
}

export function parseBuildToml(text: string, file: string): BuildDescriptor {
  const document = tomlDocument(text, file);
  readBom(document);
  return { unmet: readTables(document, 'unmet').map((entry) => readName(entry, 'name')) };
}

export function renderBuildToml({ unmet }: BuildDescriptor): string {
  return renderToml({ unmet: unmet.length ? unmet.map((name) => ({ name })) : undefined });
}
