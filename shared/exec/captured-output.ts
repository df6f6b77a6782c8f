/** What is kept of an output: all of it, or its head and its tail when it is longer than the cap. */
export interface CapturedOutput {
  add(chunk: Buffer): void;
  /** The text, with a line that says how much was left out in the middle. */
  render(): string;
}

/** @param cap bytes; half for the head and half for the tail */
export function captureOutput(cap: number): CapturedOutput {
  const half = Math.ceil(cap / 2);
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headSize = 0;
  let tailSize = 0;
  let leftOut = 0;

  function trimTail(): void {
    const all = Buffer.concat(tail);
    const kept = all.subarray(Math.max(0, all.length - half));
    leftOut += all.length - kept.length;
    tail = [kept];
    tailSize = kept.length;
  }

  return {
    add(chunk) {
      const first = chunk.subarray(0, half - headSize);
      const rest = chunk.subarray(first.length);
      if (first.length > 0) head.push(first);
      headSize += first.length;
      if (rest.length === 0) return;
      tail.push(rest);
      tailSize += rest.length;
      if (tailSize > 2 * half) trimTail();
    },
    render() {
      if (tailSize > half) trimTail();
      const gap = leftOut > 0 ? [Buffer.from(`\n[... ${leftOut} bytes left out ...]\n`)] : [];
      return Buffer.concat([...head, ...gap, ...tail]).toString('utf8');
    },
  };
}
