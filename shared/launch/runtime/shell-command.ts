import { type Bytes, encode } from './bytes.ts';
import { shellMissing } from './faults.ts';
import { exists, isExecutable, isFolder, isOwnFolder, listFolder } from './files.ts';

const SHELLS = ['/bin/bash', '/bin/sh'];

export interface ShellRequest {
  command: Bytes[];
  /** Layers whose profile scripts are read first. */
  layers: string[];
  type: string;
  appFolder: string;
  workingFolder: string;
  /** `$0` of the profile scripts. */
  name: Bytes;
}

/**
 * The command that lets a shell of the image read the profile scripts and then evaluate the command in a second shell: as a
 * script when it is one word, else word by word. Must be started in the app's folder.
 */
export function shellCommand({ command, layers, type, appFolder, workingFolder, name }: ShellRequest): Bytes[] {
  const shell = SHELLS.find(isExecutable);
  if (!shell) throw shellMissing();
  const profiles = [...layers.flatMap((layer) => listProfiles(layer, type)), ...listAppProfile(appFolder)];
  const script = [
    ...profiles.map((path) => `. ${quote(path)}`),
    `cd ${quote(workingFolder)}`,
    command.length === 1 ? `exec ${shell} -c "$@"` : `exec ${shell} -c '${evaluateWords(command.length)}' "$@"`,
  ].join('\n');
  return [encode(shell), encode('-c'), encode(script), name, ...command];
}

/** Each word is evaluated as if it stood between double quotes, and stays one word. */
function evaluateWords(count: number): string {
  const words = Array.from({ length: count }, (_, index) => `"$(eval echo \\"\${${index}}\\")"`);
  return words.join(' ');
}

function listProfiles(layer: string, type: string): string[] {
  const folders = [`${layer}/profile.d`, ...(type ? [`${layer}/profile.d/${type}`] : [])];
  const paths = folders.flatMap((folder) => listFolder(folder).map((name) => `${folder}/${name}`));
  return paths.filter((path) => !isOwnFolder(path));
}

function listAppProfile(appFolder: string): string[] {
  const path = `${appFolder}/.profile`;
  return exists(path) && !isFolder(path) ? [path] : [];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
