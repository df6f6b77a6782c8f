import { copyFile, lutimes, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exec } from '@dema/exec';
import { removeFolder } from '@dema/store';
import { ownEnv } from '../go.ts';

/** Paths, but for the version. */
export interface LifecycleArchive {
  archive: string;
  /** The program with which the lifecycle's makers write theirs. */
  packager: string;
  /** Their template of `lifecycle.toml`. */
  descriptor: string;
  lifecycle: string;
  launcher: string;
  version: string;
}

const PHASES = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'extender', 'rebaser', 'restorer'];

/** Builders keep the times of these files. */
const FIXED = new Date('2026-01-01T00:00:00Z');

/** Small ones in the place of those that are scanned from the published programs. */
const SBOMS = {
  'cdx.json': { bomFormat: 'CycloneDX', specVersion: '1.4', version: 1 },
  'spdx.json': { spdxVersion: 'SPDX-2.2', SPDXID: 'SPDXRef-DOCUMENT', name: 'lifecycle' },
  'syft.json': { artifacts: [], schema: { version: '2.0.2' } },
};

/** The archive as it is published: `lifecycle.toml` before the folder `lifecycle`. */
export async function writeLifecycleArchive(options: LifecycleArchive): Promise<void> {
  const { archive, packager, descriptor, version } = options;
  const place = await mkdtemp(join(dirname(archive), 'archive-'));
  try {
    const folder = join(place, 'lifecycle');
    await mkdir(folder);
    for (const name of ['lifecycle', 'launcher'] as const) {
      await copyFile(options[name], join(folder, name));
      for (const [ending, sbom] of Object.entries(SBOMS)) {
        await writeFile(join(folder, `${name}.sbom.${ending}`), JSON.stringify(sbom));
      }
    }
    for (const phase of PHASES) await symlink('lifecycle', join(folder, phase));
    for (const name of await readdir(place, { recursive: true })) await lutimes(join(place, name), FIXED, FIXED);
    const paths = ['--archivePath', archive, '--descriptorPath', descriptor, '--inputDir', folder];
    const env = { ...ownEnv(), TMPDIR: place };
    const packed = await exec(packager, [...paths, '--version', version], { env });
    if (packed.code !== 0) throw new Error(`the lifecycle cannot be packed:\n${packed.stdout}${packed.stderr}`);
  } finally {
    await removeFolder(place);
  }
}
