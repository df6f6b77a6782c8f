import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { SBOM_FORMATS, type SbomFormat } from './index.ts';
import { SAMPLE } from './sample-components.ts';

const subject = { type: 'layer', name: 'example/rust:tool' } as const;

function formatOf(name: SbomFormat['name']): SbomFormat {
  const format = SBOM_FORMATS.find((one) => one.name === name);
  if (!format) throw new Error(`there is no format ${name}`);
  return format;
}

function renderSample(name: SbomFormat['name']) {
  return JSON.parse(formatOf(name).render(SAMPLE, { subject }));
}

/** The official schema, as a package of the CycloneDX project carries it. */
function cycloneDxProblems(document: unknown): string[] {
  const manifest = fileURLToPath(import.meta.resolve('@cyclonedx/cyclonedx-library/package.json'));
  const readSchema = (name: string) =>
    JSON.parse(readFileSync(join(dirname(manifest), `res/schema/${name}.SNAPSHOT.schema.json`), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'iri-reference': true, 'idn-email': true } });
  addFormats.default(ajv);
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const validate = ajv.compile(readSchema('bom-1.6'));
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test('a CycloneDX document is valid', () => {
  const document = renderSample('cyclonedx');
  expect(cycloneDxProblems(document)).toEqual([]);
  expect(cycloneDxProblems({ ...document, serialNumber: '1' })).not.toEqual([]);
});

test('a merged CycloneDX document is valid, and names each component once', () => {
  const { merge, render } = formatOf('cyclonedx');
  const other = JSON.parse(render(SAMPLE.slice(2), { subject }));
  const merged = JSON.parse(merge([renderSample('cyclonedx'), other, null], { subject: { type: 'image', name: 'x' } }));
  expect(cycloneDxProblems(merged)).toEqual([]);
  expect(merged.components).toHaveLength(SAMPLE.length);
  expect(merged.dependencies).toEqual(renderSample('cyclonedx').dependencies);
});

test('CycloneDX tells licences in the way that fits them', () => {
  const { components } = renderSample('cyclonedx');
  const licenses = Object.fromEntries(
    components.map((one: { name: string; licenses: unknown }) => [one.name, one.licenses]),
  );
  expect(licenses).toMatchObject({
    'Node.js': [{ license: { id: 'MIT' } }],
    '@babel/core': [{ expression: 'MIT AND (Apache-2.0 OR ISC)' }],
    odd: [{ license: { name: 'Do what you like' } }, { license: { id: 'MIT' } }],
  });
});

test('SPDX says what is built into what, and describes licences that it does not know', () => {
  const { packages, relationships, hasExtractedLicensingInfos } = renderSample('spdx');
  const idOf = (name: string) => packages.find((one: { name: string }) => one.name === name).SPDXID;
  expect(relationships).toContainEqual({
    spdxElementId: idOf('Node.js'),
    relationshipType: 'CONTAINS',
    relatedSpdxElement: idOf('openssl'),
  });
  expect(
    relationships.filter(({ relationshipType }: { relationshipType: string }) => relationshipType === 'DESCRIBES'),
  ).toHaveLength(5);
  expect(hasExtractedLicensingInfos.map(({ licenseId }: { licenseId: string }) => licenseId)).toEqual([
    'LicenseRef-Do-what-you-like',
  ]);
});

test('Syft has the type and the language of each package', () => {
  const { artifacts, artifactRelationships } = renderSample('syft');
  const found = artifacts.map((one: Record<string, string>) => [one.name, one.type, one.language]);
  expect(found).toContainEqual(['@babel/core', 'npm', 'javascript']);
  expect(found).toContainEqual(['Node.js', 'binary', '']);
  expect(artifactRelationships).toHaveLength(1);
});

test.each(SBOM_FORMATS)('$name: the order in which components were found leaves no trace', ({ render }) => {
  expect(render([...SAMPLE].reverse(), { subject })).toBe(render(SAMPLE, { subject }));
});

test.each(SBOM_FORMATS)('$name: another content has another identity', ({ name, render }) => {
  const identities = [SAMPLE, SAMPLE.slice(1)].map((components) => {
    const document = JSON.parse(render(components, { subject }));
    return document.serialNumber ?? document.documentNamespace ?? JSON.stringify(document.artifacts);
  });
  expect(identities[0], name).not.toBe(identities[1]);
});

test('merging keeps what another tool says of its components', () => {
  const component = { 'bom-ref': 'x', name: 'foreign', type: 'library', evidence: { copyright: [] } };
  const cyclonedx = formatOf('cyclonedx').merge([{ components: [component, 'broken'] }], { subject });
  expect(JSON.parse(cyclonedx).components).toEqual([component]);
  const described = { packages: [{ SPDXID: 'SPDXRef-x', comment: 'by hand' }], documentDescribes: ['SPDXRef-x'] };
  const spdx = JSON.parse(formatOf('spdx').merge([described], { subject }));
  expect(spdx.packages).toEqual(described.packages);
  expect(spdx.relationships).toMatchObject([{ relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-x' }]);
  const artifact = { id: 'x', name: 'foreign', metadata: { a: 1 } };
  const toNowhere = { parent: 'root', child: 'x', type: 'contains' };
  const syft = formatOf('syft').merge([{ artifacts: [artifact], artifactRelationships: [toNowhere] }], { subject });
  expect(JSON.parse(syft)).toMatchObject({ artifacts: [artifact], artifactRelationships: [] });
});
