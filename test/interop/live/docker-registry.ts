import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import type { ServerCertificate } from '@dema/testkit';
import { ownEnv } from '../go.ts';
import { startServer } from './server-process.ts';

export interface DockerRegistryOptions {
  /** Whether only `ann` may use it, with the password `secret`. */
  login?: boolean;
  tls?: ServerCertificate;
}

/** Debian's `docker-registry` on a free loopback port, with a folder of its own. */
export interface DockerRegistry {
  /** `127.0.0.1:<port>`. */
  host: string;
  folder: string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** `ann:secret`, the only form that the registry reads; with the fewest rounds. */
const ANN = 'ann:$2a$04$9JYnSda9PE0zi56075Ucnu152gw68KwkdtMsKt3gcq.58XiqgXpXe\n';

export async function startDockerRegistry({ login = false, tls }: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'dema-registry-'));
  const file = (name: string) => join(folder, name);
  await mkdir(file('images'));
  await writeFile(file('htpasswd'), ANN);
  await writeFile(file('cert.pem'), tls?.cert ?? '');
  await writeFile(file('key.pem'), tls?.key ?? '');
  // JSON is YAML as well.
  const config = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: file('images') }, delete: { enabled: true } },
    http: {
      addr: '127.0.0.1:0',
      secret: 'the same in every process',
      ...(tls ? { tls: { certificate: file('cert.pem'), key: file('key.pem') } } : {}),
    },
    ...(login ? { auth: { htpasswd: { realm: 'tests', path: file('htpasswd') } } } : {}),
  };
  await writeFile(file('config.yml'), JSON.stringify(config));
  const listens = (output: string) => /listening on (127\.0\.0\.1:\d+)/.exec(output)?.[1];
  const server = await startServer(['docker-registry', 'serve', file('config.yml')], ownEnv(), (output) => {
    return listens(output) !== undefined;
  });
  return {
    host: listens(server.output()) ?? '',
    folder,
    async stop() {
      await server.stop();
      await removeFolder(folder);
    },
  };
}
