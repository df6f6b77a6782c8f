/** The whole of an answer that is never large; undefined when it is larger. */
export async function readSmall(body: AsyncIterable<Uint8Array>, largest: number): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > largest) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
