const PRUNED = [
  /^usr\/share\/(man|info|locale|lintian|linda|bug|reportbug|doc-base|menu|bash-completion|zsh|fish)(\/|$)/,
  /^usr\/share\/(gcc|gdb|gitweb)(\/|$)/,
  /^etc\/(init\.d|cron\.[a-z]+|logrotate\.d)(\/|$)/,
  /^usr\/lib\/systemd(\/|$)/,
];
const DOCUMENTATION = /^usr\/share\/doc\/[^/]+\/(?!copyright$)/;

/** Whether a file of a package is for people at a terminal or for services of a whole system, and so not for an image. Copyright files stay: licences ask for them. */
export function isPruned(path: string): boolean {
  return DOCUMENTATION.test(path) || PRUNED.some((pattern) => pattern.test(path));
}
