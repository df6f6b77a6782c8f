import type { DebianArchitecture } from '@dema/debian';
import { readLauncherPackages } from '@dema/launch';
import type { Layer } from '@dema/oci';
import type { Store } from '@dema/store';

/** Another number whenever the documents change in another way than by what is in the layer. */
const FORM = 1;

/** Documents of what the launcher layer holds files of, by their extensions; kept, so that a build need not load what renders them. */
export async function readLauncherSbom(
  store: Store,
  { diffId }: Layer,
  architecture: DebianArchitecture,
): Promise<Record<string, string>> {
  const key = `${diffId}-${FORM}`;
  const kept = await store.readRecord('launcher-sboms', key);
  if (kept !== undefined) return kept as Record<string, string>;
  const documents = await renderDocuments(architecture);
  await store.writeRecord('launcher-sboms', key, documents);
  return documents;
}

async function renderDocuments(architecture: DebianArchitecture): Promise<Record<string, string>> {
  const { describeDebianPackage, SBOM_FORMATS } = await import('@dema/sbom');
  const packages = await readLauncherPackages(architecture);
  const components = packages.map((one) => describeDebianPackage(one, 'debian-13'));
  const subject = { type: 'layer', name: 'launcher' } as const;
  return Object.fromEntries(SBOM_FORMATS.map(({ extension, render }) => [extension, render(components, { subject })]));
}
