import { exec } from '@dema/exec';
import { ownEnv } from '../go.ts';

/** What `go` prints in the folder of a module, without C. Throws with its own words when it fails. */
export async function runGo(module: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await exec('go', args, { cwd: module, env: { ...ownEnv(), CGO_ENABLED: '0' } });
  if (code !== 0) throw new Error(`go ${args[0]} failed:\n${stderr}`);
  return stdout;
}
