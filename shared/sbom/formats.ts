import { SBOM_TYPES, type SbomType } from '@dema/spec';
import type { Component } from './component.ts';
import { mergeCycloneDx, renderCycloneDx } from './cyclonedx.ts';
import type { DocumentOptions } from './document-options.ts';
import { mergeSpdx, renderSpdx } from './spdx.ts';
import { mergeSyft, renderSyft } from './syft.ts';

export interface SbomFormat extends SbomType {
  render(components: Component[], options: DocumentOptions): string;
  /** One document of several parsed ones, from whatever tool. */
  merge(documents: unknown[], options: DocumentOptions): string;
}

const WAYS: Record<SbomType['name'], Pick<SbomFormat, 'render' | 'merge'>> = {
  cyclonedx: { render: renderCycloneDx, merge: mergeCycloneDx },
  spdx: { render: renderSpdx, merge: mergeSpdx },
  syft: { render: renderSyft, merge: mergeSyft },
};

export const SBOM_FORMATS: readonly SbomFormat[] = SBOM_TYPES.map((type) => ({ ...type, ...WAYS[type.name] }));
