import { type ExecResult, exec } from '@dema/exec';

const HERE = import.meta.dirname;

/** Of the first time, in which the lifecycle's packages are fetched and compiled. */
export const TEN_MINUTES = 600_000;

/** Why the real thing cannot be built here. In CI a machine with Go must be able to fetch the modules, or these tests would never run. */
export async function findMissingGo(): Promise<string | undefined> {
  const version = await go(['version']).catch(() => undefined);
  if (version?.code !== 0) return 'Go is missing: no `go` on PATH';
  const listed = await go(['list', '-deps', './golden/...', './oracle']);
  if (listed.code === 0) return undefined;
  const problem = listed.stderr.trim().split('\n').at(-1);
  if (/invalid go version|requires go/.test(listed.stderr)) return `Go is too old: ${problem}`;
  const reason = `Go modules are missing: ${problem}`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

export function go(args: string[]): Promise<ExecResult> {
  return exec('go', args, { cwd: HERE, env: ownEnv() });
}

export function ownEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
}
