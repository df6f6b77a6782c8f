import { readFile } from 'node:fs/promises';
import { type Fault, fault } from '@dema/errors';

/** What one of our own buildpacks wrote to the file that DEMA_FAULT_FILE names, with the exit code of the phase. Of others there is none. */
export async function readBuildpackFault(file: string, exitCode: number): Promise<Fault | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { code, ...details } = JSON.parse(text);
  return fault(code, { ...details, exitCode });
}
