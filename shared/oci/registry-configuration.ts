import { type DockerDaemon, readDockerDaemons } from './docker-daemon.ts';
import { type MirroredRegistry, readRegistriesConf } from './registries-conf.ts';

type Environment = Record<string, string | undefined>;

/** What the operator of this machine says of registries, to podman and to Docker. */
export interface RegistryConfiguration {
  registries: MirroredRegistry[];
  /** The user's before the machine's. */
  daemons: DockerDaemon[];
}

export async function readRegistryConfiguration(env: Environment): Promise<RegistryConfiguration> {
  const [registries, daemons] = await Promise.all([readRegistriesConf(env), readDockerDaemons(env)]);
  return { registries, daemons };
}
