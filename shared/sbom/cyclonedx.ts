import { type Component, referenceOf, type Subject, sortComponents, uuidOf } from './component.ts';
import type { DocumentOptions } from './document-options.ts';
import { joinLicenses, type License, readLicense } from './license.ts';
import { isRecord, listOf, type Table, uniqueBy } from './parts.ts';

const ALGORITHMS: Record<string, string> = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' };

interface Parts {
  components: Table[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** A CycloneDX 1.6 document. Its serial number is made of its content; it tells no time. */
export function renderCycloneDx(components: Component[], { subject }: DocumentOptions): string {
  const sorted = sortComponents(components);
  const parts = Map.groupBy(sorted, ({ partOf }) => partOf);
  const dependencies = sorted.flatMap((component) => {
    const ref = referenceOf(component);
    const dependsOn = parts.get(ref)?.map(referenceOf);
    return dependsOn ? [{ ref, dependsOn }] : [];
  });
  return compose({ components: sorted.map(describeComponent), dependencies }, subject);
}

/** One document of several; of components with the same reference the first one stays. */
export function mergeCycloneDx(documents: unknown[], { subject }: DocumentOptions): string {
  const tables = documents.filter(isRecord);
  const components = uniqueBy(
    tables.flatMap(({ components }) => listOf(components)),
    (component) => {
      return String(component['bom-ref'] ?? JSON.stringify(component));
    },
  );
  const known = new Set(components.map((component) => component['bom-ref']));
  const targets = new Map<string, Set<string>>();
  for (const { ref, dependsOn } of tables.flatMap(({ dependencies }) => listOf(dependencies))) {
    if (typeof ref !== 'string' || !known.has(ref) || !Array.isArray(dependsOn)) continue;
    const all = targets.get(ref) ?? new Set();
    for (const target of dependsOn.filter((one) => known.has(one))) all.add(target);
    if (all.size > 0) targets.set(ref, all);
  }
  const dependencies = [...targets].map(([ref, all]) => ({ ref, dependsOn: [...all].sort() }));
  return compose({ components, dependencies }, subject);
}

function compose({ components, dependencies }: Parts, { type, name, version }: Subject): string {
  const subject = { type: type === 'image' ? 'container' : 'application', name, version };
  const metadata = { tools: { components: [{ type: 'application', name: 'dema' }] }, component: subject };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify([subject, components, dependencies]))}`;
  const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber, version: 1, metadata };
  return JSON.stringify({ ...head, components, ...(dependencies.length > 0 && { dependencies }) });
}

function describeComponent(component: Component): Table {
  const { type, name, version, purl, licenses, cpes, hashes } = component;
  return {
    'bom-ref': referenceOf(component),
    type,
    name,
    version,
    hashes: hashes.length > 0 ? hashes.map(describeHash) : undefined,
    licenses: licenses.length > 0 ? describeLicenses(licenses.map(readLicense)) : undefined,
    cpe: cpes[0],
    purl,
  };
}

function describeHash(checksum: string): Table {
  const [algorithm = '', content = ''] = checksum.split(':');
  return { alg: ALGORITHMS[algorithm], content };
}

/** The schema takes one expression or a list of single licences, never both. */
function describeLicenses(licenses: License[]): Table[] {
  const kinds = new Set(licenses.map(({ kind }) => kind));
  if (kinds.has('expression') && !kinds.has('name')) {
    return [{ expression: joinLicenses(licenses.map(({ text }) => text)) }];
  }
  return licenses.map(({ kind, text }) => ({ license: kind === 'identifier' ? { id: text } : { name: text } }));
}
