import { fstatSync, writeFileSync } from 'node:fs';
import { findSystemReason, formatFault } from '@dema/errors';
import { resultUnwritten } from './faults.ts';

/** Ends the command once what it prints is lost: quietly where a reader has gone, as `head` does, else with a fault. */
export function watchOutput(): void {
  const output = fstatSync(process.stdout.fd);
  const isFile = output.isFile() || (output.isCharacterDevice() && !process.stdout.isTTY);
  if (isFile) process.stdout._write = writeWhole;
  process.stdout.on('error', endForLost);
  // Nobody is left to tell anything to.
  process.stderr.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
}

/**
 * Node.js itself passes over how much of a chunk a disk took that is full after a part of it. An event for the error would
 * come too late for a command that ends at once, as `--help` does.
 */
function writeWhole(chunk: Buffer, _encoding: string, done: () => void): void {
  try {
    writeFileSync(process.stdout.fd, chunk);
  } catch (error) {
    endForLost(error as NodeJS.ErrnoException);
  }
  done();
}

function endForLost(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  const lost = resultUnwritten(findSystemReason(error) ?? error.message);
  process.stderr.write(`${formatFault(lost)}\n`);
  process.exit(lost.exitCode);
}
