const BLOCK = 512;

/** The same bytes with a right checksum in every block that looks like a tar header, so that what else is wrong comes to light. */
export function mendTar(input: Buffer): Buffer {
  const mended = Buffer.from(input);
  for (let start = 0; start + BLOCK <= mended.length; start += BLOCK) {
    const block = mended.subarray(start, start + BLOCK);
    if (!/^[0-7 ]{6}/.test(block.toString('latin1', 148, 154))) continue;
    block.write('        ', 148, 'latin1');
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return mended;
}
