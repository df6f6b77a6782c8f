import { applyEnvFiles, type EnvFile, layerRootPaths } from '@dema/spec';
import { type Bytes, encode } from './bytes.ts';
import { exists, findFile, isFolder, listFolder } from './files.ts';

/** Names and values are byte strings. */
export type Environment = Record<string, string>;

const OWN_VARIABLES = ['CNB_LAYERS_DIR', 'CNB_APP_DIR', 'CNB_PROCESS_TYPE', 'CNB_PLATFORM_API', 'CNB_DEPRECATION_MODE'];
const OWN_FOLDERS = ['/cnb/process', '/cnb/lifecycle'];

/** An environment as the kernel holds it: `NAME=value` and a zero byte, again and again. */
export function parseEnvironment(block: Bytes): Environment {
  const env: Environment = {};
  for (const line of block.split('\0')) {
    const equals = line.indexOf('=');
    if (equals > 0) env[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return env;
}

/** What the app inherits: all but the launcher's own variables and its own folders on PATH. */
export function inheritedEnvironment(env: Environment): Environment {
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !OWN_VARIABLES.includes(name)));
  if (inherited.PATH === undefined) return inherited;
  const path = inherited.PATH.split(':').filter((folder) => !OWN_FOLDERS.includes(folder));
  return { ...inherited, PATH: path.join(':') };
}

/** The environment after what the launch layers of one buildpack contribute. `type` is empty for a command of the user. */
export function applyLayers(env: Environment, layers: string[], type: string): Environment {
  const rooted = layers.reduce(applyRootPaths, env);
  return layers.reduce((result, layer) => applyEnvFolders(result, layer, type), rooted);
}

function applyRootPaths(env: Environment, layer: string): Environment {
  const result = { ...env };
  for (const { folder, variables } of layerRootPaths('launch')) {
    const path = `${layer}/${folder}`;
    if (!exists(path)) continue;
    for (const name of variables) result[name] = encode(path) + (result[name] ? `:${result[name]}` : '');
  }
  return result;
}

function applyEnvFolders(env: Environment, layer: string, type: string): Environment {
  const folders = [`${layer}/env`, `${layer}/env.launch`, ...(type ? [`${layer}/env.launch/${type}`] : [])];
  return folders.reduce((result, folder) => applyEnvFiles(result, readEnvFiles(folder)), env);
}

function readEnvFiles(folder: string): EnvFile[] {
  return listFolder(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    const value = isFolder(path) ? undefined : findFile(path);
    return value === undefined ? [] : [{ name: encode(name), value }];
  });
}
