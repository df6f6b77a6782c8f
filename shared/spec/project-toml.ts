import {
  findString,
  findStrings,
  findTable,
  placeAt,
  readName,
  readString,
  readTables,
  type TomlTable,
  tomlDocument,
  tomlFault,
} from './toml-place.ts';

/** A buildpack that a project asks for: by version of the builder's, by address, or written into the descriptor. */
export interface ProjectBuildpack {
  id?: string;
  version?: string;
  uri?: string;
  script?: { api: string; inline: string; shell: string };
}

/** `project.toml`, of schema 0.1, 0.2 or 0.3: what an app says of its own build. */
export interface ProjectDescriptor {
  builder?: string;
  /** Patterns in the syntax of `.gitignore`; at most one of the two is given. */
  include?: string[];
  exclude?: string[];
  /** Takes the place of the builder's order when it is not empty. */
  group: ProjectBuildpack[];
  /** Before and after every group. */
  pre: ProjectBuildpack[];
  post: ProjectBuildpack[];
  env: { name: string; value: string }[];
}

const SCHEMAS = ['0.1', '0.2', '0.3'];
const SHELL = '/bin/sh';

/** Faults SPEC_TOML_INVALID, SPEC_VALUE_INVALID. */
export function parseProjectToml(text: string, file: string): ProjectDescriptor {
  const document = tomlDocument(text, file);
  const about = findTable(document, '_');
  const schema = (about && findString(about, 'schema-version')) ?? '0.1';
  if (!SCHEMAS.includes(schema)) {
    const place = about ? placeAt(about, 'schema-version') : document;
    throw tomlFault(place, `is "${schema}"`, `use one of ${SCHEMAS.join(', ')}`);
  }
  return schema === '0.1' ? readOld(document) : readNew(document);
}

function readNew(document: TomlTable): ProjectDescriptor {
  const io = findTable(document, 'io');
  const table = io && findTable(io, 'buildpacks');
  if (table === undefined) return { group: [], pre: [], post: [], env: [] };
  const build = findTable(table, 'build');
  const oldEnv = findTable(table, 'env');
  const envTables = [...(oldEnv ? readTables(oldEnv, 'build') : []), ...(build ? readTables(build, 'env') : [])];
  return {
    ...readFiles(table),
    group: readTables(table, 'group').map(readBuildpack),
    pre: readGroupBelow(table, 'pre'),
    post: readGroupBelow(table, 'post'),
    env: envTables.map(readEnv),
  };
}

function readOld(document: TomlTable): ProjectDescriptor {
  const table = findTable(document, 'build');
  if (table === undefined) return { group: [], pre: [], post: [], env: [] };
  return {
    ...readFiles(table),
    group: readTables(table, 'buildpacks').map(readBuildpack),
    pre: [],
    post: [],
    env: readTables(table, 'env').map(readEnv),
  };
}

function readFiles(table: TomlTable): Pick<ProjectDescriptor, 'builder' | 'include' | 'exclude'> {
  const [include, exclude] = [findStrings(table, 'include'), findStrings(table, 'exclude')];
  if (include && exclude) {
    throw tomlFault(placeAt(table, 'exclude'), 'stands beside `include`', 'keep one of the two');
  }
  return { builder: findString(table, 'builder'), include, exclude };
}

function readGroupBelow(table: TomlTable, key: 'pre' | 'post'): ProjectBuildpack[] {
  const below = findTable(table, key);
  return below ? readTables(below, 'group').map(readBuildpack) : [];
}

function readBuildpack(table: TomlTable): ProjectBuildpack {
  const [id, version, uri] = ['id', 'version', 'uri'].map((key) => findString(table, key));
  const script = findTable(table, 'script');
  if (uri !== undefined && script) {
    throw tomlFault(placeAt(table, 'uri'), 'stands beside `script`', 'keep one of the two');
  }
  if (uri === undefined && id === undefined) {
    throw tomlFault(table, 'has neither `id` nor `uri`', 'write the `id` of a buildpack of the builder, or a `uri`');
  }
  return { id, version, uri, script: script && readScript(script) };
}

function readScript(table: TomlTable): ProjectBuildpack['script'] {
  return {
    api: readName(table, 'api'),
    inline: readName(table, 'inline'),
    shell: findString(table, 'shell') ?? SHELL,
  };
}

function readEnv(table: TomlTable): { name: string; value: string } {
  return { name: readName(table, 'name'), value: readString(table, 'value') };
}
