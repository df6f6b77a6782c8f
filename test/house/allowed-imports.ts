const FIRST = ['errors', 'versions', 'spec'];
const SECOND = [...FIRST, 'store', 'fetch', 'archive', 'exec'];
const THIRD = [...SECOND, 'debian', 'dependencies', 'sbom', 'oci', 'launch'];

/**
 * Who may import whom, by the names of workspace packages without their scope; `family` is any folder of buildpacks/. Tests
 * may import `testkit` and all of shared/ besides. Another edge is a decision: it changes here and in docs/architecture.md.
 */
export const ALLOWED_IMPORTS: Record<string, readonly string[]> = {
  errors: [],
  versions: ['errors'],
  spec: ['errors'],
  store: FIRST,
  archive: FIRST,
  exec: FIRST,
  fetch: [...FIRST, 'store'],
  debian: SECOND,
  dependencies: [...SECOND, 'debian'],
  sbom: [...SECOND, 'dependencies'],
  oci: SECOND,
  launch: [...SECOND, 'debian', 'oci'],
  buildpack: THIRD,
  engine: THIRD,
  testkit: [...THIRD, 'buildpack'],
  family: [...THIRD, 'buildpack'],
  builders: ['debian', 'oci', 'store', 'spec', 'archive', 'errors'],
  dema: [...THIRD, 'buildpack', 'engine', 'builders'],
  test: [...THIRD, 'buildpack', 'engine', 'builders', 'testkit'],
};
