import type { PlanEntry, ResolvedDependency } from '@dema/buildpack';
import type { Want } from '@dema/dependencies';
import { parseEmbeddedLibraries } from './embedded-libraries.ts';
import { runtimeBroken } from './faults.ts';
import { findForeignNpm, isForeign, useForeignNode } from './foreign-node.ts';
import type { NodeRuntime } from './node-runtime.ts';
import type { NodejsContext } from './nodejs-context.ts';
import { findForeignEntries } from './plan.ts';

/** Node.js for the build and the image; that of an earlier buildpack, when there is one that brings it. */
export async function provideNode(context: NodejsContext): Promise<NodeRuntime> {
  if (isForeign(context, 'node')) return useForeignNode(context);
  const dependency = await installNode(context);
  return { version: dependency.version, dependency };
}

/** The runtime as the image gets it: the program and its licence, at a path that names no version, the same for every app. */
async function installNode({ dependencies, exec, facts, layer, plan }: NodejsContext): Promise<ResolvedDependency> {
  const node = await dependencies.resolve('node', [...facts.versionWants, ...findForeignWants(plan)]);
  await layer(
    'node',
    {
      launch: true,
      build: true,
      cache: true,
      key: node,
      env(env, { path }) {
        env.default('NODE_HOME', path);
        env.default('NODE_ENV', 'production');
        env.default('NODE_VERBOSE', 'false');
        env.default('NODE_OPTIONS', '--use-openssl-ca');
      },
    },
    async ({ path, file, contains }) => {
      await node.unpack(path, { strip: 1, filter: (name) => name === 'bin/node' || name === 'LICENSE' });
      const failure = ({ stderr }: { stderr: string }) => runtimeBroken(node.version, stderr);
      const program = ['--print', 'JSON.stringify(process.versions)'];
      // What is asked is about the program, whatever options its users have for it.
      const env = { NODE_OPTIONS: '' };
      const { stdout } = await exec(file('bin/node'), program, { quiet: true, env, failure });
      contains(...parseEmbeddedLibraries(stdout, node.dependency.purl));
    },
  );
  return node;
}

/** Header files, for packages with native code; without them node-gyp would download its own. */
export async function installHeaders({ layer }: NodejsContext, { dependency: node }: NodeRuntime): Promise<void> {
  if (node === undefined) return;
  await layer(
    'node-headers',
    {
      build: true,
      cache: true,
      key: node,
      env: (env, { path }) => env.build.default('npm_config_nodedir', path),
    },
    ({ path }) => node.unpack(path, { strip: 1, filter: (file) => file.startsWith('include/') }),
  );
}

/** The npm release that this Node.js comes with, from npm itself; that of an earlier buildpack, when there is one that brings it. */
export async function provideNpm(context: NodejsContext, node: NodeRuntime): Promise<string> {
  const foreign = isForeign(context, 'npm') || !node.dependency ? await findForeignNpm(context) : undefined;
  if (foreign) return foreign;
  const { dependencies, layer } = context;
  const range = node.dependency?.dependency.bundles?.npm;
  const npm = await dependencies.resolve('npm', range ? [{ source: `Node.js ${node.version}`, range }] : []);
  await layer('npm', { build: true, cache: true, key: npm }, async (folder) => {
    await npm.unpack(folder.file('lib/node_modules/npm'), { strip: 1 });
    await folder.link('bin/npm', '../lib/node_modules/npm/bin/npm-cli.js');
    await folder.link('bin/npx', '../lib/node_modules/npm/bin/npx-cli.js');
  });
  return npm.version;
}

function findForeignWants(plan: PlanEntry[]): Want[] {
  return findForeignEntries(plan).flatMap(({ name, metadata }) => {
    const { version, 'version-source': source = 'another buildpack' } = metadata;
    return name === 'node' && typeof version === 'string' ? [{ source: String(source), range: version }] : [];
  });
}
