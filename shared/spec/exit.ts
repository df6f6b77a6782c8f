/** Exit codes of the lifecycle, by the phase they belong to. */
export const EXIT = {
  ok: 0,
  generic: 1,
  invalidArguments: 3,
  platformApi: 11,
  buildpackApi: 12,
  detectNone: 20,
  detectErrored: 21,
  detect: 22,
  analyze: 32,
  restore: 42,
  buildpackFailed: 51,
  build: 52,
  export: 62,
  rebase: 72,
  launch: 82,
} as const;
