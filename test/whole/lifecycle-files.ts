import type { Files } from '@dema/testkit';

const PHASES = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'restorer'];

/** The folder of a release of the lifecycle whose programs do nothing but tell their version. */
export const LIFECYCLE_FILES: Files = {
  'lifecycle/lifecycle.toml': `[apis.buildpack]
supported = ["0.9", "0.10"]
[apis.platform]
supported = ["0.12"]
[lifecycle]
version = "0.21.14"
`,
  'lifecycle/lifecycle/lifecycle': '#!/bin/sh\necho 0.21.14+abcdef1\n',
  'lifecycle/lifecycle/launcher': '#!/bin/sh\n',
  ...Object.fromEntries(PHASES.map((name) => [`lifecycle/lifecycle/${name}`, { link: 'lifecycle' }])),
};
