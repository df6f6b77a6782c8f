import * as os from 'qjs:os';
import * as std from 'qjs:std';
import { isFault } from '@dema/errors';
import { parseToml } from '@dema/spec';
import { type Bytes, decode, encode } from './bytes.ts';
import type { Environment } from './environment.ts';
import { execDFailed, execDOutputInvalid } from './faults.ts';
import { isOwnFolder, listFolder, readAll } from './files.ts';
import { BUSYBOX, CONTAINER_OUTPUT } from './place.ts';

/** QuickJS hands on three descriptors only, so the pipe travels as standard input to a shell that moves it to where the specification has it. */
const MOVE_PIPE = 'exec "$0" env -i -- "$@" 3>&0 </dev/null';

/** The environment after the exec.d programs of one layer, which each see what those before them have set. */
export function applyExecD(env: Environment, layer: string, type: string): Environment {
  const folders = [`${layer}/exec.d`, ...(type ? [`${layer}/exec.d/${type}`] : [])];
  const programs = folders.flatMap((folder) => listFolder(folder).map((name) => `${folder}/${name}`));
  return programs.filter((path) => !isOwnFolder(path)).reduce(runProgram, env);
}

function runProgram(env: Environment, program: string): Environment {
  const output = readOutput(env, program);
  const result = { ...env };
  for (const [name, value] of Object.entries(parseOutput(output, program))) {
    if (typeof value !== 'string') throw execDOutputInvalid(program, `\`${name}\` is not a string`);
    result[encode(name)] = encode(value);
  }
  return result;
}

function readOutput(env: Environment, program: string): string {
  const pipe = os.pipe();
  if (!pipe) throw execDFailed(program, 'no pipe could be made');
  const [readEnd, writeEnd] = pipe;
  const variables = Object.entries(env).map(([name, value]) => decode(`${name}=${value}` as Bytes));
  const pid = os.exec([BUSYBOX, 'sh', '-c', MOVE_PIPE, BUSYBOX, ...variables, program], {
    block: false,
    usePath: false,
    stdin: writeEnd,
    stdout: CONTAINER_OUTPUT,
    env: {},
  });
  os.close(writeEnd);
  const reader = std.fdopen(readEnd, 'r');
  const output = decode(readAll(reader));
  reader.close();
  const [, status] = os.waitpid(pid, 0);
  if (status !== 0) throw execDFailed(program, describeStatus(status));
  return output;
}

function parseOutput(output: string, program: string): Record<string, unknown> {
  try {
    return parseToml(output, program);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw execDOutputInvalid(program, error.problem);
  }
}

/** A status as the kernel gives it: the signal in the low bits, the exit code above. */
function describeStatus(status: number): string {
  const signal = status & 0x7f;
  return signal ? `it was ended by signal ${signal}` : `it ended with code ${status >> 8}`;
}
