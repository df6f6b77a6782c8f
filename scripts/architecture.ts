import type { DebianArchitecture } from '@dema/debian';
import { platformUnsupported } from './faults.ts';

const ARCHITECTURES: Record<string, DebianArchitecture> = { x64: 'amd64', arm64: 'arm64' };

/** The architecture of this machine in Debian's and the OCI's words. */
export function determineArchitecture(): DebianArchitecture {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform !== 'linux' || architecture === undefined) {
    throw platformUnsupported(`${process.platform} on ${process.arch}`);
  }
  return architecture;
}
