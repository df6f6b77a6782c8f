import type { Folder } from '@dema/buildpack';
import { modulesFolders, type PackageTools, projectFolder, runNpm } from './install-packages.ts';
import { isInstalledPath } from './lock-file.ts';
import type { NodejsContext } from './nodejs-context.ts';

/** What only the build needed goes out of node_modules: what `npm prune --omit=dev` does, but by the marks of the lock file, in no time. */
export async function removeDevelopmentPackages(context: NodejsContext, tools: PackageTools): Promise<void> {
  const packages = context.facts.lockFile?.developmentPackages ?? (await askForPackages(context, tools));
  const app = projectFolder(context);
  for (const path of packages) await app.remove(path);
  for (const modules of modulesFolders(context)) await removeRemains(app, modules);
  context.log.step(`Packages that only development needs: ${packages.length} removed`);
}

/** Without marks of a lock file npm finds out; `npm prune` would also remove what stands in node_modules without being asked for. */
async function askForPackages(context: NodejsContext, tools: PackageTools): Promise<string[]> {
  const { stdout } = await runNpm(context, tools, ['query', '.dev'], { quiet: true });
  const found = JSON.parse(stdout) as { location: string }[];
  return found.map(({ location }) => location).filter(isInstalledPath);
}

/** Links of `.bin` that lead nowhere now, and folders of scopes without packages. */
async function removeRemains(app: Folder, modules: string): Promise<void> {
  for (const name of await app.list(`${modules}/.bin`)) {
    if (!(await app.has(`${modules}/.bin/${name}`))) await app.remove(`${modules}/.bin/${name}`);
  }
  for (const name of await app.list(modules)) {
    const mayBeEmpty = name === '.bin' || name.startsWith('@');
    if (mayBeEmpty && (await app.list(`${modules}/${name}`)).length === 0) await app.remove(`${modules}/${name}`);
  }
}
