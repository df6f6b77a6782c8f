import { exec } from '@dema/exec';
import type { ImageConfig } from '@dema/oci';
import { ownEnv } from '../go.ts';
import type { Setting } from './setting.ts';

/** What `crane` prints. Throws with its words when it fails. */
export async function crane({ tools }: Pick<Setting, 'tools'>, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await exec(tools.crane, args, { env: ownEnv() });
  if (code !== 0) throw new Error(`crane ${args.join(' ')} failed:\n${stderr}`);
  return stdout.trim();
}

/** The configuration of an image in a registry, read by another program than ours. */
export async function readConfig(real: Pick<Setting, 'tools'>, reference: string): Promise<ImageConfig> {
  return JSON.parse(await crane(real, ['config', reference]));
}

/** A label that is JSON. */
function readLabel<Value>(config: ImageConfig, name: string): Value {
  return JSON.parse(config.config?.Labels?.[name] ?? 'null');
}

/** Process types with their commands and arguments. */
export function readProcesses(config: ImageConfig): Record<string, string[]> {
  type Process = { type: string; command: string[]; args?: string[] | null };
  const { processes } = readLabel<{ processes: Process[] }>(config, 'io.buildpacks.build.metadata');
  return Object.fromEntries(processes.map(({ type, command, args }) => [type, [...command, ...(args ?? [])]]));
}
