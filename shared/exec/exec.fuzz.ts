import { fuzz } from '@dema/testkit';
import { captureOutput } from './captured-output.ts';
import { splitLines } from './line-splitter.ts';

fuzz('output of programs', {
  seeds: ['one\ntwo\r\nthree \u00e4\u00f6\ud83d\ude00', '\u001b[31mred\u001b[0m'],
  tokens: ['\n', '\r\n', '\r', '\ud83d\ude00'],
  inputs: 1200,
  run(input) {
    const lines: string[] = [];
    const splitter = splitLines((line) => lines.push(line));
    const captured = captureOutput(1000);
    for (let start = 0; start < input.length; start += 777) {
      const piece = input.subarray(start, start + 777);
      splitter.add(piece);
      captured.add(piece);
    }
    splitter.end();
    if (captured.render().length > 2000) throw new Error('more was kept than was to be');
  },
});
