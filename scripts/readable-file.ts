import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { findSystemReason } from '@dema/errors';
import { fileUnreadable } from './faults.ts';

/** Text of a file that is there. Fault CLI_FILE_UNREADABLE. */
export async function readNamedFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => refuse(file, error));
}

/** Refuses what is there and cannot be read; what is not there is for others to miss. Fault CLI_FILE_UNREADABLE. */
export async function checkReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((error) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') refuse(file, error);
  });
}

function refuse(file: string, error: unknown): never {
  const reason = findSystemReason(error);
  throw reason === undefined ? error : fileUnreadable(file, reason);
}
