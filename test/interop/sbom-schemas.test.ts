import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SBOM_FORMATS, type SbomFormat } from '@dema/sbom';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from '../whole/dema.ts';

/** The source of Syft, which carries the official schemas of SPDX and Syft. */
const SYFT = 'github.com/anchore/syft@v1.20.0';

const EXPRESS = join(import.meta.dirname, '../apps/nodejs/express');

/** Undefined where there is no Go, or where it reaches no module proxy. */
function findSchemas(): string | undefined {
  try {
    const found = execFileSync('go', ['mod', 'download', '-json', SYFT], {
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 50_000,
    });
    return join(JSON.parse(found.toString()).Dir, 'schema');
  } catch {
    return undefined;
  }
}

const schemas = findSchemas();

let place: Place;
let documents: { path: string; document: unknown }[] = [];

beforeAll(async () => {
  place = await makePlace();
  const built = await dema(['build', EXPRESS, '--tag', 'express'], place);
  expect(built.code, built.stderr).toBe(0);
  const folder = join(place.folder, 'sbom');
  const { code, stderr } = await dema(['sbom', 'express', '--output', folder], place);
  expect(code, stderr).toBe(0);
  const paths = await readdir(folder, { recursive: true });
  const files = paths.filter((path) => path.endsWith('.json')).map((path) => join(folder, path));
  documents = await Promise.all(files.map(async (path) => ({ path, document: await readJson(path) })));
});

afterAll(() => place.remove());

test.for(SBOM_FORMATS)(
  'every $name document of an image fits the official schema',
  async ({ name, extension }, { skip }) => {
    if (name !== 'cyclonedx' && schemas === undefined) skip(`no Go here, or ${SYFT} is out of reach`);
    const validate = await compileSchema(name, schemas ?? '');
    const ours = documents.filter(({ path }) => path.endsWith(`/sbom.${extension}`));
    expect(ours).toHaveLength(4);
    for (const { path, document } of ours) {
      expect(validate(document), `${path}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
    expect(validate({})).toBe(false);
  },
);

async function compileSchema(name: SbomFormat['name'], folder: string): Promise<ValidateFunction> {
  const options = { strict: false, validateFormats: false, allErrors: true };
  if (name === 'spdx') return new Ajv(options).compile(await readJson(join(folder, 'spdx-json/spdx-schema-2.3.json')));
  if (name === 'syft') return new Ajv2020(options).compile(await readJson(join(folder, 'json/schema-16.0.22.json')));
  const manifest = fileURLToPath(import.meta.resolve('@cyclonedx/cyclonedx-library/package.json'));
  const read = (part: string) => readJson(join(dirname(manifest), `res/schema/${part}.SNAPSHOT.schema.json`));
  const ajv = new Ajv(options);
  for (const part of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    ajv.addSchema(await read(part), `http://cyclonedx.org/schema/${part}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(await read('bom-1.6'));
}

async function readJson(path: string) {
  return JSON.parse(await readFile(path, 'utf8'));
}
