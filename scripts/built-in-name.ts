/** How the image of a built-in builder is called. */
export function builtInName(builder: string): string {
  return `dema/builder-${builder}:trixie`;
}
