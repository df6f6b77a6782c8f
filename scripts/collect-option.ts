/** For an option that may be repeated. */
export function collect(text: string, all: string[] = []): string[] {
  return [...all, text];
}
