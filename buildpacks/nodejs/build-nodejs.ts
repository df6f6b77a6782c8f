import { packageManagerUnsupported } from './faults.ts';
import { installHeaders, provideNode, provideNpm } from './install-node.ts';
import { cleanModules, hasUnknownPackages, installPackages, needsPackages, projectFolder } from './install-packages.ts';
import { writeLaunch } from './launch.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { optimizeMemory } from './optimize-memory.ts';
import { removeDevelopmentPackages } from './remove-development-packages.ts';
import { determineRunScripts, runScripts } from './run-scripts.ts';
import { checkStart } from './start-command.ts';
import { rebuildPackages } from './vendored-packages.ts';

export async function buildNodejs(context: NodejsContext): Promise<void> {
  const { facts, launch, layer } = context;
  const scripts = determineRunScripts(context);
  const hasPackages = needsPackages(context);
  const needsNpm = hasPackages || scripts.length > 0;
  if (needsNpm) requireNpm(context);
  const mayWriteFiles = scripts.length > 0 || facts.installScripts.free.length > 0;
  if (!mayWriteFiles) await checkStart(context);
  const node = await provideNode(context);
  await optimizeMemory(context);
  if (needsNpm) {
    if (facts.lockFile?.hasInstallScripts ?? true) await installHeaders(context, node);
    const npmVersion = await provideNpm(context, node);
    const { path: cache } = await layer('npm-cache', { cache: true });
    const mayRunScripts = !facts.installScripts.isEmpty || hasUnknownPackages(facts);
    const withDevelopment = scripts.length > 0 || mayRunScripts;
    const tools = { node, npmVersion, cache, withDevelopment };
    if (facts.hasVendoredPackages) await rebuildPackages(context, tools);
    const installed = hasPackages && !facts.hasVendoredPackages ? await installPackages(context, tools) : undefined;
    await runScripts(context, scripts, cache);
    const mayHaveDevelopment = withDevelopment || facts.hasVendoredPackages;
    if (hasPackages && mayHaveDevelopment) await removeDevelopmentPackages(context, tools);
    const { folder = projectFolder(context).path, keptIn } = installed ?? {};
    await launch.contains(({ readNpmPackages }) => readNpmPackages(folder), { keptIn });
    await cleanModules(context);
  }
  await writeLaunch(context);
}

/** Fault NODEJS_PACKAGE_MANAGER_UNSUPPORTED. */
function requireNpm({ facts: { packageManager }, log }: NodejsContext): void {
  if (!packageManager) return;
  const { name, source, unused } = packageManager;
  if (name !== 'npm') throw packageManagerUnsupported(name, source);
  for (const file of unused) log.warn(`${file} is not read, because ${source} stands for npm; remove one of them`);
}
