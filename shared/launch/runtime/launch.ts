import * as os from 'qjs:os';
import * as std from 'qjs:std';
import { type BuildMetadata, escapeId, parseMetadataToml, supportsApi } from '@dema/spec';
import { type Bytes, decode, encode } from './bytes.ts';
import { type ChosenProcess, chooseProcess } from './choose-process.ts';
import { applyLayers, type Environment, inheritedEnvironment } from './environment.ts';
import { applyExecD } from './exec-d.ts';
import {
  buildpackApiUnsupported,
  folderMissing,
  metadataMissing,
  platformApiUnsupported,
  programMissing,
} from './faults.ts';
import { findText, isOwnFolder, listFolder } from './files.ts';
import { findProgram, nameProgram } from './find-program.ts';
import type { Plan } from './plan.ts';
import { shellCommand } from './shell-command.ts';

/** Everything between the start of the container and that of the app, in the order of the Platform specification. */
export function launch(self: Bytes, args: Bytes[], env: Environment): Plan {
  const setting = (name: string) => decode((env[name] ?? '') as Bytes);
  const platformApi = setting('CNB_PLATFORM_API');
  if (!supportsApi('platform', platformApi)) throw platformApiUnsupported(platformApi);
  warnOfProcessType(setting('CNB_PROCESS_TYPE'));
  const layersFolder = setting('CNB_LAYERS_DIR') || '/layers';
  const appFolder = setting('CNB_APP_DIR') || '/workspace';
  const metadata = readMetadata(layersFolder);
  const name = decode(self).replace(/^.*\//, '');
  const execEnv = setting('CNB_EXEC_ENV') || 'production';
  const process = chooseProcess({ name, args, metadata, platformApi, execEnv });

  enterFolder(appFolder);
  const layers = metadata.buildpacks.map(({ id }) => listLayers(`${layersFolder}/${escapeId(id)}`));
  const layered = layers.reduce((result, own) => applyLayers(result, own, process.type), inheritedEnvironment(env));
  const ready = layers.flat().reduce((result, layer) => applyExecD(result, layer, process.type), layered);
  return startOf(process, { self, layers: layers.flat(), appFolder, env: ready });
}

interface Surroundings {
  self: Bytes;
  layers: string[];
  appFolder: string;
  env: Environment;
}

function startOf(process: ChosenProcess, { self, layers, appFolder, env }: Surroundings): Plan {
  const { command, type, shell, workingDir = appFolder } = process;
  const workingFolder = workingDir.startsWith('/') ? workingDir : `${appFolder}/${workingDir}`;
  enterFolder(workingFolder);
  if (shell) {
    const words = shellCommand({ command, layers, type, appFolder, workingFolder, name: self });
    return { folder: appFolder, env, command: words };
  }
  const [program = encode(''), ...args] = command;
  const path = findProgram(program, env, workingFolder);
  if (path === undefined) throw programMissing(decode(program), env.PATH && decode(env.PATH as Bytes));
  return { folder: workingFolder, env, command: [nameProgram(program, path, env), ...args] };
}

function readMetadata(layersFolder: string): BuildMetadata {
  const file = `${layersFolder}/config/metadata.toml`;
  const text = findText(file);
  if (text === undefined) throw metadataMissing(file);
  const metadata = parseMetadataToml(text, file);
  for (const { id, api } of metadata.buildpacks) {
    if (!supportsApi('buildpack', api)) throw buildpackApiUnsupported(id, api);
  }
  return metadata;
}

function listLayers(buildpackFolder: string): string[] {
  return listFolder(buildpackFolder)
    .map((name) => `${buildpackFolder}/${name}`)
    .filter(isOwnFolder);
}

function enterFolder(path: string): void {
  const errno = os.chdir(path);
  if (errno < 0) throw folderMissing(path, std.strerror(-errno));
}

function warnOfProcessType(type: string): void {
  if (type)
    std.err.puts(`warning: CNB_PROCESS_TYPE is not looked at; start the container with the entry point \`${type}\`.\n`);
}
