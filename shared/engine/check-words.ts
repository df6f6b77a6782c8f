import { wordInvalid } from './faults.ts';

/**
 * Refuses a NUL byte in what a program is started with: no word of a command can hold one, and bubblewrap takes what stands behind it for
 * an option of its own, such as a folder of the host to mount. Images, builders and buildpacks may hold anything. Fault ENGINE_WORD_INVALID.
 */
export function checkWords(words: readonly string[]): void {
  const index = words.findIndex((word) => word.includes('\0'));
  if (index < 0) return;
  const [before = '', word = ''] = [words[index - 1], words[index]];
  throw wordInvalid(before.startsWith('-') || index === 0 ? JSON.stringify(word.split('\0')[0]) : before);
}
