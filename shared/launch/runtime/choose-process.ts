import { apiAtLeast, type BuildMetadata, type MetadataProcess } from '@dema/spec';
import { type Bytes, encode } from './bytes.ts';
import { commandMissing, processIneligible } from './faults.ts';

/** A command as it will be started. */
export interface ChosenProcess {
  /** Empty for a command of the user. */
  type: string;
  /** The program and its arguments. */
  command: Bytes[];
  /** Through a shell, which reads the profile scripts and evaluates the command. */
  shell: boolean;
  workingDir?: string;
}

export interface ProcessRequest {
  /** By which name the launcher was started: that of a process, or any other for a command of the user. */
  name: string;
  args: Bytes[];
  metadata: BuildMetadata;
  platformApi: string;
  /** What CNB_EXEC_ENV says. */
  execEnv: string;
}

/** Platform specification, "Launch": the process of that name with the user's arguments, or the user's command. */
export function chooseProcess(request: ProcessRequest): ChosenProcess {
  const named = request.metadata.processes.filter((process) => process.type === request.name);
  if (named.length === 0) return userCommand(request);
  const process = named.find((candidate) => isEligible(candidate, request));
  if (!process) throw processIneligible(request.name, request.execEnv);
  const [program, ...own] = process.command.map(encode);
  if (program === undefined) throw commandMissing(typesOf(request.metadata));
  const args = combineArgs({ ...request, own, preset: process.args?.map(encode) ?? [], process });
  return {
    type: process.type,
    command: [program, ...args],
    shell: !process.direct,
    workingDir: process.workingDir || undefined,
  };
}

function userCommand({ args, metadata }: ProcessRequest): ChosenProcess {
  const direct = args.length > 1 && args[0] === '--';
  const command = direct ? args.slice(1) : args;
  if (command.length === 0) throw commandMissing(typesOf(metadata));
  return { type: '', command, shell: !direct };
}

function isEligible({ execEnv: suited = [] }: MetadataProcess, { platformApi, execEnv }: ProcessRequest): boolean {
  if (!apiAtLeast(platformApi, '0.15')) return true;
  return suited.length === 0 || suited.includes('*') || suited.includes(execEnv);
}

interface ArgumentSources extends ProcessRequest {
  process: MetadataProcess;
  /** The part of the command that always stands. */
  own: Bytes[];
  /** Arguments that stand when the user gives none. */
  preset: Bytes[];
}

function combineArgs({ own, preset, args, process, metadata, platformApi }: ArgumentSources): Bytes[] {
  if (!apiAtLeast(platformApi, '0.10')) return [...own, ...preset, ...args];
  if (args.length === 0) return [...own, ...preset];
  if (own.length > 0) return [...own, ...args];
  const buildpack = metadata.buildpacks.find(({ id }) => id === process.buildpackId);
  const replaces = !buildpack || apiAtLeast(buildpack.api, '0.9');
  return replaces ? args : [...preset, ...args];
}

function typesOf({ processes }: BuildMetadata): string[] {
  return processes.map(({ type }) => type);
}
