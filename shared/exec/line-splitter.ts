import { StringDecoder } from 'node:string_decoder';

const LONGEST_LINE = 64 * 1024;

export interface LineSplitter {
  add(chunk: Buffer): void;
  /** Gives what stands after the last line end. */
  end(): void;
}

/** Lines of UTF-8 text without their ends; one that grows over 64 Ki characters comes in pieces. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';

  function take(text: string): void {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) onLine(rest.slice(0, LONGEST_LINE));
  }

  return {
    add: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
