export { debianOrder } from './debian-order.ts';
export { mavenOrder } from './maven-order.ts';
export { semverOrder } from './semver-order.ts';
export type { VersionOrder } from './version-order.ts';
