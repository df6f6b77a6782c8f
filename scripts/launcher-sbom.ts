import type { DebianArchitecture } from '@dema/debian';
import { readLauncherPackages } from '@dema/launch';
import { describeDebianPackage, SBOM_FORMATS } from '@dema/sbom';

/** Documents of what the launcher layer holds files of, by their extensions. */
export async function renderLauncherSbom(architecture: DebianArchitecture): Promise<Record<string, string>> {
  const packages = await readLauncherPackages(architecture);
  const components = packages.map((one) => describeDebianPackage(one, 'debian-13'));
  const subject = { type: 'layer', name: 'launcher' } as const;
  return Object.fromEntries(SBOM_FORMATS.map(({ extension, render }) => [extension, render(components, { subject })]));
}
