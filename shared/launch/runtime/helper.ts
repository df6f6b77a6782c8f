import * as std from 'qjs:std';
import { asFault, fault, formatFault } from '@dema/errors';
import { openBindings, parseSetting, renderToml, type SettingKind } from '@dema/spec';
import type { HandedOver, LaunchContext, LaunchFiles, LaunchHelper } from '../launch-context.ts';
import { type Bytes, bufferFrom, decode, encode } from './bytes.ts';
import { parseEnvironment } from './environment.ts';
import { bindingUnreadable, helperBroken } from './faults.ts';
import { findText, isFolder, listFolder, readAll } from './files.ts';
import { findMemoryLimit } from './memory-limit.ts';

/** The descriptor on which exec.d programs write variables (Buildpack specification, "exec.d"). */
const OUTPUT = 3;

const FILES: LaunchFiles = { read: findText, list: listFolder, isFolder };

/** Runs a helper as an exec.d program: its environment on standard input, as the stub of the kit hands it on. */
export function runHelper(launch: LaunchHelper): void {
  try {
    const variables = launch(createContext());
    const text = encode(renderToml(variables));
    const output = std.fdopen(OUTPUT, 'w');
    output.write(bufferFrom(text), 0, text.length);
    output.close();
  } catch (error) {
    std.err.puts(`${formatFault(asFault(error, helperBroken))}\n`);
    std.exit(1);
  }
}

function createContext(): LaunchContext {
  const env = readEnvironment();
  const { input, settings } = readHandedOver();
  return {
    env,
    settings: readSettings(settings, env),
    files: FILES,
    bindings: openBindings({ env, files: { ...FILES, read: readBinding } }),
    input,
    memoryLimit: () => findMemoryLimit(findText, totalMemory()),
    log: (line) => std.err.puts(`${line}\n`),
    fail(code, reason) {
      throw fault(code, { ...reason, blame: 'user' });
    },
  };
}

function readEnvironment(): Record<string, string> {
  const variables = Object.entries(parseEnvironment(readAll(std.in)));
  return Object.fromEntries(variables.map(([name, value]) => [decode(name as Bytes), decode(value as Bytes)]));
}

/** Beside the helper's code. */
function readHandedOver(): HandedOver {
  return JSON.parse(findText((scriptArgs[0] ?? '').replace(/\.js$/, '.json')) ?? '{"settings":[]}');
}

function readSettings(settings: HandedOver['settings'], env: LaunchContext['env']): Record<string, unknown> {
  const values = settings.map(({ name, type, formerly, ...rules }) => {
    const given = [name, ...formerly].find((one) => env[one] !== undefined) ?? name;
    return [name, parseSetting({ ...rules, kind: type as SettingKind }, env[given], given)];
  });
  return Object.fromEntries(values);
}

function readBinding(path: string): string {
  const text = findText(path);
  if (text === undefined) throw bindingUnreadable(path);
  return text;
}

function totalMemory(): number {
  const [, kibibytes] = /^MemTotal:\s*(\d+) kB$/m.exec(findText('/proc/meminfo') ?? '') ?? [];
  return kibibytes === undefined ? Number.POSITIVE_INFINITY : Number(kibibytes) * 1024;
}
