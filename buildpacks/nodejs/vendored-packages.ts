import { vendoredPackagesUnmet } from './faults.ts';
import { type PackageTools, runNpm } from './install-packages.ts';
import type { NodejsContext } from './nodejs-context.ts';

/**
 * Takes node_modules as it came with the app: checks that package.json is content with it, and lets packages build what
 * depends on the platform. Nothing is downloaded. Fault NODEJS_VENDORED_PACKAGES_UNMET.
 */
export async function rebuildPackages(context: NodejsContext, tools: PackageTools): Promise<void> {
  context.log.step('Packages of node_modules, which came with the app');
  await runNpm(context, tools, ['ls', '--all', '--json', '--omit=dev'], {
    quiet: true,
    failure: ({ stdout, stderr }) => vendoredPackagesUnmet(readProblems(stdout) ?? stderr.split('\n').slice(-20)),
  });
  const { scripts = {} } = context.facts.packageJson ?? {};
  if (scripts.preinstall) await runNpm(context, tools, ['run', 'preinstall']);
  await runNpm(context, tools, ['rebuild', '--offline']);
  if (scripts.postinstall) await runNpm(context, tools, ['run', 'postinstall']);
}

/** What `npm ls --json` complains of; a package that nobody asked for harms nothing. */
function readProblems(output: string): string[] | undefined {
  try {
    const { problems = [] } = JSON.parse(output) as { problems?: string[] };
    return problems.filter((problem) => !problem.startsWith('extraneous:'));
  } catch {
    return undefined;
  }
}
