import { join } from 'node:path';
import type { Fault } from '@dema/errors';
import type { UnreachableHosts } from '@dema/fetch';
import type { Environment } from './settings.ts';

export interface NpmAddresses {
  /** With the project's `.npmrc`. */
  folder: string;
  /** Where a lock file has its packages from; without it npm asks the registry. */
  resolved?: string[];
}

/** How a run of npm is to use the network. */
export interface NpmNetwork {
  /** Variables for it. */
  env: Record<string, string>;
  /** Why npm can reach nothing that it may need, FETCH_HOST_UNREACHABLE; it then has to do with what its cache holds. */
  trouble?: Fault;
}

/** What programs that fetch by themselves are told about the network. */
export interface Network {
  /** Finds out in seconds what npm would find out in minutes. */
  prepareNpm(addresses: NpmAddresses): Promise<NpmNetwork>;
}

/** The same with what the kit shares between its own users of the network. */
export interface OwnNetwork extends Network {
  unreachable(): Promise<UnreachableHosts>;
}

export interface NetworkOptions {
  /** Of a program that runs now, build layers included. */
  env(): Environment;
}

export function openNetwork({ env }: NetworkOptions): OwnNetwork {
  let hosts: Promise<UnreachableHosts> | undefined;

  function unreachable(): Promise<UnreachableHosts> {
    hosts ??= openHosts(env().DEMA_INBOX);
    return hosts;
  }

  return {
    unreachable,
    async prepareNpm({ folder, resolved }) {
      const { determineNpmAddresses, findAllUnreachable, npmPatience, readNpmConfig } = await import('@dema/fetch');
      const npm = await readNpmConfig(env(), { cwd: folder });
      if (npm.setting('offline') !== undefined) return { env: npmPatience(npm, env()) };
      const addresses = await determineNpmAddresses(npm, resolved);
      const wanted = addresses.map((url) => ({ what: 'npm packages', url }));
      const [trouble] = await findAllUnreachable(wanted, { env: env(), npm, unreachable: await unreachable() });
      return { env: trouble ? { npm_config_offline: 'true' } : npmPatience(npm, env()), trouble };
    },
  };
}

async function openHosts(inbox: string | undefined): Promise<UnreachableHosts> {
  const { openUnreachableHosts } = await import('@dema/fetch');
  return openUnreachableHosts(inbox && join(inbox, 'unreachable-hosts'));
}
