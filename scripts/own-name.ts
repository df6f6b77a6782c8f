/** The command as whoever started it would type it again: npm, which also runs npx, puts it on the path of its children only. */
export function ownName(env: NodeJS.ProcessEnv): string {
  return env.npm_command === undefined ? 'dema' : 'npx dema';
}

/** A word of a command line as a shell takes it. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
