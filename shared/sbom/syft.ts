import { type Component, digestOf, referenceOf, type Subject, sortComponents } from './component.ts';
import type { DocumentOptions } from './document-options.ts';
import { readLicense } from './license.ts';
import { isRecord, listOf, type Table, uniqueBy } from './parts.ts';

const SCHEMA = {
  version: '16.0.22',
  url: 'https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.22.json',
};

/** What Syft calls packages of a package URL's type. */
const TYPES: Record<string, { type: string; language: string }> = {
  npm: { type: 'npm', language: 'javascript' },
  deb: { type: 'deb', language: '' },
  maven: { type: 'java-archive', language: 'java' },
  composer: { type: 'php-composer', language: 'php' },
  nuget: { type: 'dotnet', language: 'dotnet' },
  pypi: { type: 'python', language: 'python' },
  gem: { type: 'gem', language: 'ruby' },
  golang: { type: 'go-module', language: 'go' },
  cargo: { type: 'rust-crate', language: 'rust' },
};

/** A document of Syft's JSON schema 16. */
export function renderSyft(components: Component[], { subject }: DocumentOptions): string {
  const sorted = sortComponents(components);
  const ids = new Map(sorted.map((component) => [referenceOf(component), idOf(component)]));
  const relationships = sorted.flatMap((component) => {
    const parent = component.partOf === undefined ? undefined : ids.get(component.partOf);
    return parent ? [{ parent, child: ids.get(referenceOf(component)), type: 'contains' }] : [];
  });
  const artifacts = sorted.map((component) => describeArtifact(component, ids.get(referenceOf(component)) ?? ''));
  return compose(artifacts, relationships, subject);
}

/** One document of several; of artifacts with the same id the first one stays. */
export function mergeSyft(documents: unknown[], { subject }: DocumentOptions): string {
  const tables = documents.filter(isRecord);
  const artifacts = uniqueBy(
    tables.flatMap(({ artifacts }) => listOf(artifacts)),
    ({ id }) => String(id),
  );
  const known = new Set(artifacts.map(({ id }) => id));
  const relationships = tables
    .flatMap(({ artifactRelationships }) => listOf(artifactRelationships))
    .filter(({ parent, child }) => known.has(parent) && known.has(child));
  return compose(artifacts, uniqueBy(relationships, JSON.stringify), subject);
}

function compose(artifacts: Table[], artifactRelationships: Table[], { type, name, version = '' }: Subject): string {
  const metadata = type === 'image' ? { userInput: name } : { path: name };
  return JSON.stringify({
    artifacts,
    artifactRelationships,
    source: {
      id: digestOf(JSON.stringify([name, version])),
      name,
      version,
      type: type === 'image' ? 'image' : 'directory',
      metadata,
    },
    distro: {},
    descriptor: { name: 'dema', version: '' },
    schema: SCHEMA,
  });
}

function idOf(component: Component): string {
  return digestOf(referenceOf(component)).slice(0, 16);
}

function describeArtifact({ name, version = '', purl = '', licenses, cpes }: Component, id: string): Table {
  const registry = /^pkg:([^/]+)\//.exec(purl)?.[1] ?? '';
  const { type, language } = TYPES[registry] ?? { type: 'binary', language: '' };
  return {
    id,
    name,
    version,
    type,
    foundBy: 'dema',
    locations: [],
    licenses: licenses.map(describeLicense),
    language,
    cpes: cpes.map((cpe) => ({ cpe, source: 'declared' })),
    purl,
  };
}

function describeLicense(text: string): Table {
  const { kind, text: value } = readLicense(text);
  return { value, spdxExpression: kind === 'name' ? '' : value, type: 'declared', urls: [], locations: [] };
}
