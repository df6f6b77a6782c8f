/** The one version of everything in the repository. */
export const VERSION = '0.1.0';
