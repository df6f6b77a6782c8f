import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { brokenCompression } from './faults.ts';
import { watchSource } from './watch-source.ts';

/** Where distributions have it; what else is on a search path is nobody's business here. */
const PLACES = ['/usr/bin/xz', '/bin/xz'];

let found: string | undefined | null = null;

/** The xz of this machine, several times as fast as the decoder that we bring along. Build images have it. */
export function findXzProgram(): string | undefined {
  if (found === null) found = PLACES.find(isProgram);
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the program makes of the source. Throws the error of the source as it is. Fault ARCHIVE_COMPRESSION_INVALID. */
export async function* runXz(program: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const child = spawn(program, ['--decompress', '--stdout'], { env: {}, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  ended.catch(() => undefined);
  const complaint = text(child.stderr).catch(() => '');
  const watched = watchSource(source);
  // The program stops reading when the data is broken, which its exit code tells better than a closed pipe.
  const feeding = pipeline(Readable.from(watched.chunks, { objectMode: false }), child.stdin).catch(() => undefined);
  try {
    for await (const chunk of child.stdout) yield chunk;
    await feeding;
    const [code] = await ended;
    if (watched.error()) throw watched.error();
    if (code !== 0) throw brokenCompression('xz', new Error((await complaint).trim() || `exit code ${code}`));
  } finally {
    child.kill();
    child.stdin.destroy();
    await feeding;
  }
}
