import { type GroupElement, plainGroupElement, readGroupElement } from './group-toml.ts';
import type { Label, LaunchProcess, Slice } from './launch-toml.ts';
import { renderJson } from './render-json.ts';
import { rawToml, renderToml } from './render-toml.ts';
import {
  findString,
  findStrings,
  placeAt,
  readFlag,
  readName,
  readString,
  readStrings,
  readTables,
  type TomlTable,
  tomlDocument,
} from './toml-place.ts';

/** A process of the image, with the buildpack that defined it. */
export interface MetadataProcess extends LaunchProcess {
  buildpackId: string;
}

/** `<layers>/config/metadata.toml`: what the build tells the exporter and, in the image, the launcher. */
export interface BuildMetadata {
  buildpacks: GroupElement[];
  extensions: GroupElement[];
  labels: Label[];
  processes: MetadataProcess[];
  slices: Slice[];
  buildpackDefaultProcessType?: string;
}

export function parseMetadataToml(text: string, file: string): BuildMetadata {
  const document = tomlDocument(text, file);
  return {
    buildpacks: readTables(document, 'buildpacks').map(readGroupElement),
    extensions: readTables(document, 'extensions').map(readGroupElement),
    labels: readTables(document, 'labels').map((label) => ({
      key: readName(label, 'key'),
      value: readString(label, 'value'),
    })),
    processes: readTables(document, 'processes').map(readProcess),
    slices: readTables(document, 'slices').map((slice) => ({ paths: findStrings(slice, 'paths') ?? [] })),
    buildpackDefaultProcessType: findString(document, 'buildpack-default-process-type'),
  };
}

/** Byte for byte as the lifecycle writes it at Platform API 0.10 and later. */
export function renderMetadataToml(metadata: BuildMetadata): string {
  const { buildpacks, extensions, labels, processes, slices, buildpackDefaultProcessType } = metadata;
  return renderToml({
    buildpacks: buildpacks.map(plainGroupElement),
    extensions: extensions.length ? extensions.map(plainGroupElement) : undefined,
    labels: labels.length ? labels.map(({ key, value }) => ({ key, value })) : undefined,
    processes: processes.map(plainProcess),
    slices: slices.length ? slices.map(({ paths }) => ({ paths })) : undefined,
    'buildpack-default-process-type': buildpackDefaultProcessType || undefined,
  });
}

function readProcess(table: TomlTable): MetadataProcess {
  const command = placeAt(table, 'command');
  return {
    type: readName(table, 'type'),
    command: typeof command.value === 'string' ? [command.value] : readStrings(table, 'command'),
    args: findStrings(table, 'args'),
    default: readFlag(table, 'default'),
    direct: readFlag(table, 'direct'),
    buildpackId: readString(table, 'buildpack-id'),
    workingDir: findString(table, 'working-dir'),
    execEnv: findStrings(table, 'exec-env'),
  };
}

function plainProcess(process: MetadataProcess): object {
  return {
    type: process.type,
    // The lifecycle writes the elements of the command as JSON strings, which TOML reads in the same way.
    command: rawToml(`[${process.command.map((part) => renderJson(part)).join(', ')}]`),
    args: process.args,
    direct: process.direct,
    default: process.default || undefined,
    'buildpack-id': process.buildpackId,
    'working-dir': process.workingDir || undefined,
    'exec-env': process.execEnv?.length ? process.execEnv : undefined,
  };
}
