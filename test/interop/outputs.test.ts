import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBuilt, withoutMet } from '@dema/engine';
import { isFault } from '@dema/errors';
import { parseBuildpackToml } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { afterAll, expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { writeCaseFiles } from './write-case-files.ts';

interface OutputCase {
  api: string;
  sbomFormats?: string[];
  plan?: string[];
  files?: Record<string, string[]>;
}

const root = await mkdtemp(join(tmpdir(), 'dema-outputs-'));
afterAll(() => removeFolder(root));

test.each(await readCases<OutputCase, unknown>('outputs'))('outputs: $name', async ({ given, golden }) => {
  expect(await read(given)).toEqual(golden);
});

/** What is read, or the word `refused`. */
async function read({ api, sbomFormats = [], plan = [], files = {} }: OutputCase): Promise<unknown> {
  const path = await mkdtemp(join(root, 'layers-'));
  await mkdir(path, { recursive: true });
  const contents = Object.entries(files).map(([name, lines]) => [name, lines.join('\n')]);
  await writeCaseFiles(path, Object.fromEntries(contents));
  const head = `api = "${api}"\n[buildpack]\nid = "example/probe"\nversion = "1"\n`;
  const descriptor = parseBuildpackToml(`${head}sbom-formats = ${JSON.stringify(sbomFormats)}\n`, 'buildpack.toml');
  const folder = { id: 'example/probe', path, work: '', restored: new Map(), refused: new Map() };
  try {
    const { launch, unmet } = await readBuilt({} as Parameters<typeof readBuilt>[0], descriptor, folder);
    const provider = [{ id: 'example/probe', version: '1' }];
    const entries = [...new Set(plan)].map((name) => ({ name, providers: provider, requires: [] }));
    const left = withoutMet(entries, 'example/probe', unmet).map(({ name }) => name);
    return {
      processes: launch.processes.map(
        ({ ignoresWorkingDir: _, args = null, workingDir = '', execEnv = null, ...process }) => {
          return { ...process, args, workingDir, execEnv };
        },
      ),
      labels: Object.fromEntries(launch.labels.map(({ key, value }) => [key, value])),
      slices: launch.slices.map(({ paths }) => paths),
      met: plan.filter((name) => !left.includes(name)),
      folders: (await readdir(path, { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
    };
  } catch (error) {
    if (isFault(error, 'ENGINE_BUILDPACK_OUTPUT_INVALID')) return 'refused';
    throw error;
  }
}
