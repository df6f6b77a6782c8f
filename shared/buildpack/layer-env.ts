import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

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

/**
 * Makes these the variables of the layer in this folder. What is right already is not touched: a platform may then know
 * that a restored layer is as it was.
 */
export async function writeEnv(layer: string, files: EnvFile[]): Promise<void> {
  const wanted = new Map(files.map(({ folder, name, value }) => [join(folder, name), value]));
  const present = await readEnv(layer);
  if (present.size === wanted.size && [...wanted].every(([path, value]) => present.get(path) === value)) return;
  for (const folder of FOLDERS) await rm(join(layer, folder), { recursive: true, force: true });
  for (const [path, value] of wanted) {
    await mkdir(dirname(join(layer, path)), { recursive: true });
    await writeFile(join(layer, path), value);
  }
}

/** Contents of the layer's files by their paths in it. */
async function readEnv(layer: string): Promise<Map<string, string>> {
  const present = new Map<string, string>();
  for (const folder of FOLDERS) {
    const entries = await readdir(join(layer, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      present.set(relative(layer, path), await readFile(path, 'utf8'));
    }
  }
  return present;
}
