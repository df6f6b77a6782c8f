import { apiAtLeast } from './api.ts';
import { type BomEntry, readBom } from './bom.ts';
import { renderToml } from './render-toml.ts';
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
  tomlFault,
} from './toml-place.ts';

/** `launch.toml`: how the image that a buildpack helps to build is started, labelled and cut into slices. */
export interface LaunchDescriptor {
  labels: Label[];
  processes: LaunchProcess[];
  slices: Slice[];
  bom?: BomEntry[];
}

export interface Label {
  key: string;
  value: string;
}

export interface LaunchProcess {
  type: string;
  /** The command and arguments that a user cannot replace. Before Buildpack API 0.9 one element, which a shell reads unless `direct`. */
  command: string[];
  /** Arguments that a user's own replace; absent when none were written. */
  args?: string[];
  default: boolean;
  /** Started without a shell; always so since Buildpack API 0.9. */
  direct: boolean;
  workingDir?: string;
  /** It names a working folder, which its Buildpack API does not know yet. */
  ignoresWorkingDir?: true;
  execEnv?: string[];
}

/** Patterns, in the manner of Go's `filepath.Match`, of paths in the app folder that make one layer. */
export interface Slice {
  paths: string[];
}

const FORBIDDEN_IN_TYPE = /[/><:|&\\]/;

/** `api` is the Buildpack API of the buildpack that wrote the file. */
export function parseLaunchToml(text: string, file: string, api: string): LaunchDescriptor {
  const document = tomlDocument(text, file);
  const tables = readTables(document, 'processes');
  const processes = tables.map((table) => readProcess(table, api));
  const defaults = tables.filter((_, index) => processes[index]?.default);
  if (defaults[1]) {
    throw tomlFault(
      placeAt(defaults[1], 'default'),
      'is the second default',
      'leave `default = true` at one process only',
    );
  }
  const bom = readBom(document);
  return {
    ...(bom.length > 0 && { bom }),
    labels: readTables(document, 'labels').map((label) => ({
      key: readName(label, 'key'),
      value: readString(label, 'value'),
    })),
    processes,
    slices: readTables(document, 'slices').map((slice) => ({ paths: findStrings(slice, 'paths') ?? [] })),
  };
}

export function renderLaunchToml({ labels, processes, slices }: LaunchDescriptor, api: string): string {
  return renderToml({
    labels: labels.length ? labels.map(({ key, value }) => ({ key, value })) : undefined,
    processes: processes.length ? processes.map((process) => plainProcess(process, api)) : undefined,
    slices: slices.length ? slices.map(({ paths }) => ({ paths })) : undefined,
  });
}

function readProcess(table: TomlTable, api: string): LaunchProcess {
  const direct = placeAt(table, 'direct');
  const isOld = !apiAtLeast(api, '0.9');
  if (!isOld && direct.value !== undefined) {
    throw tomlFault(
      direct,
      `is not part of Buildpack API ${api}`,
      'remove it: all processes are started without a shell',
    );
  }
  const workingDir = findString(table, 'working-dir');
  const knowsWorkingDir = apiAtLeast(api, '0.8');
  return {
    type: readType(table),
    command: isOld ? [readString(table, 'command')] : readCommand(table),
    args: findStrings(table, 'args'),
    default: readFlag(table, 'default'),
    direct: isOld ? readFlag(table, 'direct') : true,
    workingDir: knowsWorkingDir ? workingDir || undefined : undefined,
    ...(workingDir && !knowsWorkingDir && { ignoresWorkingDir: true as const }),
    execEnv: findStrings(table, 'exec-env'),
  };
}

function readCommand(table: TomlTable): string[] {
  const place = placeAt(table, 'command');
  const command = readStrings(table, 'command');
  if (!command.length) throw tomlFault(place, 'is empty', 'write the program to start as its first element');
  return command;
}

function readType(table: TomlTable): string {
  const type = readName(table, 'type');
  if (FORBIDDEN_IN_TYPE.test(type)) {
    throw tomlFault(
      placeAt(table, 'type'),
      `is "${type}"`,
      'use letters, digits, ".", "_" and "-" only, such as "web"',
    );
  }
  return type;
}

function plainProcess(process: LaunchProcess, api: string): object {
  const isOld = !apiAtLeast(api, '0.9');
  const [program = '', ...rest] = process.command;
  const args = isOld && rest.length ? [...rest, ...(process.args ?? [])] : process.args;
  return {
    type: process.type,
    command: isOld ? program : process.command,
    args: args?.length ? args : undefined,
    direct: isOld ? process.direct : undefined,
    default: process.default || undefined,
    'working-dir': process.workingDir || undefined,
    'exec-env': process.execEnv?.length ? process.execEnv : undefined,
  };
}
