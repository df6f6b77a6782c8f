/**
 * A signal to a process group reaches us beside the one that a process above us passes on: `timeout`, npm, and our own
 * program on another Node.js do so at once. A person's second ctrl-C comes later.
 */
const ECHO_MS = 200;

/** Calls back for every signal but echoes: the same one again within a fifth of a second. Gives what ends that. */
export function onSignals<Name extends NodeJS.Signals>(
  names: readonly Name[],
  callback: (name: Name) => void,
): () => void {
  const removals = names.map((name) => {
    let last = Number.NEGATIVE_INFINITY;
    const listener = () => {
      const now = performance.now();
      if (now - last < ECHO_MS) return;
      last = now;
      callback(name);
    };
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  return () => {
    for (const remove of removals) remove();
  };
}
