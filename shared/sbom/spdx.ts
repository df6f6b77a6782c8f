import { type Component, digestOf, referenceOf, type Subject, sortComponents, uuidOf } from './component.ts';
import type { DocumentOptions } from './document-options.ts';
import { joinLicenses, readLicense } from './license.ts';
import { isRecord, listOf, type Table, uniqueBy } from './parts.ts';

/** The format wants a time. It is that of everything else in an image. */
const CREATED = '1980-01-01T00:00:01Z';

const DOCUMENT = 'SPDXRef-DOCUMENT';

/** Lists of a document whose members stand for themselves, with the field that names them. */
const LISTS = [
  { name: 'packages', key: 'SPDXID' },
  { name: 'files', key: 'SPDXID' },
  { name: 'hasExtractedLicensingInfos', key: 'licenseId' },
];

/** An SPDX 2.3 document. Its namespace is made of its content. */
export function renderSpdx(components: Component[], { subject }: DocumentOptions): string {
  const sorted = sortComponents(components);
  const ids = new Map(sorted.map((component) => [referenceOf(component), idOf(component)]));
  const packages = sorted.map((component) => describePackage(component, ids.get(referenceOf(component)) ?? ''));
  const relationships = sorted.map(({ partOf }, index) => {
    const whole = partOf === undefined ? undefined : ids.get(partOf);
    const id = String(packages[index]?.SPDXID);
    return whole ? relate(whole, 'CONTAINS', id) : relate(DOCUMENT, 'DESCRIBES', id);
  });
  const hasExtractedLicensingInfos = describeOtherLicenses(sorted);
  return compose({ packages, hasExtractedLicensingInfos, relationships }, subject);
}

/** One document of several. What is in two of them under one identifier is the same thing to us. */
export function mergeSpdx(documents: unknown[], { subject }: DocumentOptions): string {
  const tables = documents.filter(isRecord);
  const lists = LISTS.map(({ name, key }) => {
    const all = tables.flatMap((table) => listOf(table[name]));
    return [name, uniqueBy(all, (member) => String(member[key]))] as const;
  });
  const described = tables.flatMap(({ documentDescribes }) =>
    Array.isArray(documentDescribes) ? documentDescribes : [],
  );
  const relationships = [
    ...tables.flatMap(({ relationships }) => listOf(relationships)),
    ...described.map((id) => relate(DOCUMENT, 'DESCRIBES', String(id))),
  ];
  return compose({ ...Object.fromEntries(lists), relationships: uniqueBy(relationships, JSON.stringify) }, subject);
}

function compose(lists: Record<string, Table[]>, { name }: Subject): string {
  const filled = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
  return JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name,
    documentNamespace: `urn:uuid:${uuidOf(JSON.stringify([name, filled]))}`,
    creationInfo: { created: CREATED, creators: ['Tool: dema'] },
    ...filled,
  });
}

function idOf(component: Component): string {
  const name = component.name.replace(/[^A-Za-z0-9.-]+/g, '-').replace(/^-/, '');
  return `SPDXRef-Package-${name}-${digestOf(referenceOf(component)).slice(0, 16)}`;
}

function describePackage(component: Component, id: string): Table {
  const { type, name, version, purl, licenses, cpes, hashes } = component;
  const references = [
    ...cpes.map((cpe) => externalRef('SECURITY', 'cpe23Type', cpe)),
    ...(purl === undefined ? [] : [externalRef('PACKAGE-MANAGER', 'purl', purl)]),
  ];
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licenses.length > 0 ? joinLicenses(licenses.map(licenseExpression)) : 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    primaryPackagePurpose: type === 'application' ? 'APPLICATION' : 'LIBRARY',
    checksums: hashes.length > 0 ? hashes.map(describeChecksum) : undefined,
    externalRefs: references.length > 0 ? references : undefined,
  };
}

function externalRef(referenceCategory: string, referenceType: string, referenceLocator: string): Table {
  return { referenceCategory, referenceType, referenceLocator };
}

function describeChecksum(checksum: string): Table {
  const [algorithm = '', checksumValue = ''] = checksum.split(':');
  return { algorithm: algorithm.toUpperCase(), checksumValue };
}

function licenseExpression(text: string): string {
  const license = readLicense(text);
  return license.kind === 'name' ? licenseRef(license.text) : license.text;
}

function licenseRef(text: string): string {
  const name = text.replace(/^LicenseRef-/i, '').replace(/[^A-Za-z0-9.-]+/g, '-');
  return `LicenseRef-${name}`;
}

/** Licences that SPDX's list does not have must be described in the document. */
function describeOtherLicenses(components: Component[]): Table[] {
  const names = components.flatMap(({ licenses }) => licenses.map(readLicense)).filter(({ kind }) => kind === 'name');
  const infos = names.map(({ text }) => ({ licenseId: licenseRef(text), name: text, extractedText: text }));
  return uniqueBy(infos, ({ licenseId }) => String(licenseId));
}

function relate(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): Table {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}
