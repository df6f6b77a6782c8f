import { isFault } from '@dema/errors';
import { semverOrder } from '@dema/versions';
import { foreignNodeMissing } from './faults.ts';
import type { NodeRuntime } from './node-runtime.ts';
import type { NodejsContext } from './nodejs-context.ts';

/** Whether an earlier buildpack met this name of the plan: this one always asks for it, so it would stand in the plan else. */
export function isForeign({ plan }: Pick<NodejsContext, 'plan'>, name: 'node' | 'npm'): boolean {
  return !plan.some((entry) => entry.name === name);
}

/** The Node.js of an earlier buildpack, as it is found on PATH, with the variables that an app expects of its runtime. */
export async function useForeignNode({ exec, facts, layer, log }: NodejsContext): Promise<NodeRuntime> {
  const options = { quiet: true, failure: ({ stderr }: { stderr: string }) => foreignNodeMissing(stderr) };
  const { stdout } = await exec('node', ['--version'], options).catch((error) => {
    throw isFault(error, 'EXEC_COMMAND_MISSING') ? foreignNodeMissing(error.problem) : error;
  });
  const version = stdout.trim().replace(/^v/, '');
  log.step(`Node.js ${version}, of an earlier buildpack`);
  for (const { range, source } of facts.versionWants) {
    if (!semverOrder.satisfies(version, range)) log.warn(`${source} asks for Node.js ${range}`);
  }
  await layer('runtime-environment', {
    launch: true,
    build: true,
    env(env) {
      env.default('NODE_ENV', 'production');
      env.default('NODE_VERBOSE', 'false');
    },
  });
  return { version };
}

/** The npm that an earlier buildpack brings, or that comes with its Node.js. */
export async function findForeignNpm({ exec, log }: NodejsContext): Promise<string | undefined> {
  const { stdout } = await exec('npm', ['--version'], { quiet: true }).catch(() => ({ stdout: '' }));
  const version = stdout.trim();
  if (version) log.step(`npm ${version}, of an earlier buildpack`);
  return version || undefined;
}
