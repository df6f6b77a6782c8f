import { createHash } from 'node:crypto';
import { content, json } from './answers.ts';
import type { Routes } from './test-server.ts';

export interface RegistryPackage {
  name: string;
  version: string;
  /** The `.tgz` as it is served. */
  tarball: Uint8Array;
  /** Further fields of its manifest, such as `dependencies`. */
  manifest?: Record<string, unknown>;
}

/**
 * Routes of an npm registry: `/<name>`, `/<name>/<version>` and `/<name>/-/<base>-<version>.tgz`.
 * @param url where it is served, without a slash at its end: tarball addresses in the manifests begin with it
 * @param prefix path of the registry on its server, such as `/npm`
 */
export function npmRegistryRoutes(packages: RegistryPackage[], url: string, prefix = ''): Routes {
  const routes: Routes = {};
  for (const [name, versions] of Map.groupBy(packages, (one) => one.name)) {
    const manifests = versions.map((one) => [one.version, manifestOf(one, url + prefix)] as const);
    const latest = versions.at(-1)?.version;
    const document = json({ name, 'dist-tags': { latest }, versions: Object.fromEntries(manifests) });
    // npm asks for `@scope%2fname`.
    for (const path of [name, name.replace('/', '%2f'), name.replace('/', '%2F')])
      routes[`${prefix}/${path}`] = document;
    for (const [version, manifest] of manifests) routes[`${prefix}/${name}/${version}`] = json(manifest);
    for (const one of versions) routes[`${prefix}/${tarballPath(one)}`] = content(one.tarball);
  }
  return routes;
}

function manifestOf(one: RegistryPackage, registry: string): Record<string, unknown> {
  const integrity = `sha512-${createHash('sha512').update(one.tarball).digest('base64')}`;
  const shasum = createHash('sha1').update(one.tarball).digest('hex');
  const dist = { tarball: `${registry}/${tarballPath(one)}`, integrity, shasum };
  return { name: one.name, version: one.version, ...one.manifest, dist };
}

function tarballPath({ name, version }: RegistryPackage): string {
  return `${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`;
}
