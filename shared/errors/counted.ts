/** `1 image`, `2 images`; a noun whose plural has more than an `s` says it. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
