export type { Component, Subject } from './component.ts';
export { type DebianPackageFacts, describeDebianPackage } from './describe-debian-package.ts';
export { describeDependency } from './describe-dependency.ts';
export { describeFetched } from './describe-fetched.ts';
export type { DocumentOptions } from './document-options.ts';
export { SBOM_FORMATS, type SbomFormat } from './formats.ts';
export { npmPackageUrl, readNpmPackages } from './npm-packages.ts';
