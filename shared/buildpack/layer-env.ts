import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Variables that a layer sets, with the actions of the Buildpack specification. */
export interface EnvScope {
  /** Whatever was set before, this is the value. */
  override(name: string, value: string): void;
  /** The value unless it is set. */
  default(name: string, value: string): void;
  append(name: string, value: string, options: { delimiter: string }): void;
  prepend(name: string, value: string, options: { delimiter: string }): void;
}

/** Its own methods are for build and launch alike. */
export interface LayerEnv extends EnvScope {
  build: EnvScope;
  launch: EnvScope;
  /** Only for launch processes of this type. */
  process(type: string): EnvScope;
}

export interface EnvFile {
  /** `env`, `env.build`, `env.launch` or `env.launch/<type>`. */
  folder: string;
  /** `NAME.<action>`. */
  name: string;
  value: string;
}

const FOLDERS = ['env', 'env.build', 'env.launch'];

/** The files that a description of variables stands for, in no order that matters. */
export function collectEnv(describe: (env: LayerEnv) => void): EnvFile[] {
  const files: EnvFile[] = [];
  function scope(folder: string): EnvScope {
    function add(name: string, action: string, value: string): void {
      files.push({ folder, name: `${name}.${action}`, value });
    }
    function addWithDelimiter(action: string) {
      return (name: string, value: string, { delimiter }: { delimiter: string }) => {
        add(name, action, value);
        add(name, 'delim', delimiter);
      };
    }
    return {
      override: (name, value) => add(name, 'override', value),
      default: (name, value) => add(name, 'default', value),
      append: addWithDelimiter('append'),
      prepend: addWithDelimiter('prepend'),
    };
  }
  describe({
    ...scope('env'),
    build: scope('env.build'),
    launch: scope('env.launch'),
    process: (type) => scope(`env.launch/${type}`),
  });
  return files;
}

/** Replaces all variables of the layer in this folder. */
export async function writeEnv(layer: string, files: EnvFile[]): Promise<void> {
  for (const folder of FOLDERS) await rm(join(layer, folder), { recursive: true, force: true });
  for (const { folder, name, value } of files) {
    const file = join(layer, folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, value);
  }
}
