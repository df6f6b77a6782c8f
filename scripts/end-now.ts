/**
 * Ends the program with a last word, whatever is still going on: nobody waits for it. What was begun in the store is removed by the
 * exit itself, and what that cannot remove by the next start.
 */
export function endNow(word: string, exitCode: number): never {
  // Behind what others do at the exit: what is under way is wiped from the terminal then.
  process.once('exit', () => process.stderr.write(`${word}\n`));
  process.exit(exitCode);
}
