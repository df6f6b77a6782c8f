export type EnvAction = 'override' | 'append' | 'prepend' | 'default';

export interface EnvFile {
  /** The file's name in its folder: `NAME` or `NAME.<action>`. */
  name: string;
  /** Its content, verbatim. */
  value: string;
}

export interface RootPath {
  /** A folder directly in the layer. */
  folder: 'bin' | 'lib' | 'include' | 'pkgconfig';
  variables: string[];
}

const BUILD_ROOT_PATHS: RootPath[] = [
  { folder: 'bin', variables: ['PATH'] },
  { folder: 'lib', variables: ['LD_LIBRARY_PATH', 'LIBRARY_PATH'] },
  { folder: 'include', variables: ['CPATH'] },
  { folder: 'pkgconfig', variables: ['PKG_CONFIG_PATH'] },
];

const LAUNCH_ROOT_PATHS: RootPath[] = [
  { folder: 'bin', variables: ['PATH'] },
  { folder: 'lib', variables: ['LD_LIBRARY_PATH'] },
];

const BUILD_PATH_VARIABLES = BUILD_ROOT_PATHS.flatMap(({ variables }) => variables);

/** Variables of the lifecycle's own environment that detect and build see; all others are left behind. */
export const INHERITED_VARIABLES = [
  'CNB_STACK_ID',
  'HOSTNAME',
  'HOME',
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  ...BUILD_PATH_VARIABLES,
];

/** Which folders of a layer are put before which variables, with `:` between when the variable is not empty. */
export function layerRootPaths(phase: 'build' | 'launch'): RootPath[] {
  return phase === 'build' ? BUILD_ROOT_PATHS : LAUNCH_ROOT_PATHS;
}

/**
 * The environment after the files of one folder (`env`, `env.build`, ...) were applied in the order of their names. The
 * name up to the first dot is the variable, the rest the action; `NAME.delim` of the same folder stands between values.
 */
export function applyEnvFiles(
  env: Readonly<Record<string, string>>,
  files: readonly EnvFile[],
  defaultAction: EnvAction = 'override',
): Record<string, string> {
  const result = { ...env };
  const contents = new Map(files.map(({ name, value }) => [name, value]));
  for (const { name: fileName, value } of sortedByName(files)) {
    const dot = fileName.indexOf('.');
    const name = dot === -1 ? fileName : fileName.slice(0, dot);
    const action = dot === -1 ? defaultAction : fileName.slice(dot + 1);
    const changed = applyAction(action, result[name] ?? '', value, contents.get(`${name}.delim`));
    if (changed !== undefined && name) result[name] = changed;
  }
  return result;
}

/** The environment after the files of `<platform>/env`: the whole name is the variable; the search paths are put before, all else overrides. */
export function applyPlatformEnvFiles(
  env: Readonly<Record<string, string>>,
  files: readonly EnvFile[],
): Record<string, string> {
  const result = { ...env };
  for (const { name, value } of sortedByName(files)) {
    result[name] = BUILD_PATH_VARIABLES.includes(name) ? join(value, ':', result[name] ?? '') : value;
  }
  return result;
}

/** The new value, or undefined when the variable stays as it is. */
function applyAction(
  action: string,
  current: string,
  value: string,
  delimiter: string | undefined,
): string | undefined {
  switch (action) {
    case 'override':
      return value;
    case 'default':
      return current === '' ? value : undefined;
    case 'append':
      return current === '' ? value : current + (delimiter ?? '') + value;
    case 'prepend':
      return join(value, delimiter ?? '', current);
    // The lifecycle takes `NAME.` for its former default, which is to put before with a path separator.
    case '':
      return join(value, delimiter ?? ':', current);
    default:
      return undefined;
  }
}

function join(value: string, delimiter: string, current: string): string {
  return current === '' ? value : value + delimiter + current;
}

function sortedByName(files: readonly EnvFile[]): EnvFile[] {
  return [...files].sort((a, b) => compareCodePoints(a.name, b.name));
}

/** The order of UTF-8 bytes, also where there is no Buffer: the launcher uses these rules too. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((char, index) => char !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}
