import { exec } from '@dema/exec';
import { ownEnv } from '../go.ts';

/** What `go` prints in the folder of a module, without C. Throws with its own words when it fails. */
export async function runGo(module: string, args: string[], more: Record<string, string> = {}): Promise<string> {
  const env = { ...ownEnv(), CGO_ENABLED: '0', ...more };
  const { code, stdout, stderr } = await exec('go', args, { cwd: module, env });
  if (code !== 0) throw new Error(`go ${args[0]} failed:\n${stderr}`);
  return stdout;
}
