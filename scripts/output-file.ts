import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { makeFolder } from '@dema/store';
import { outputUnwritable } from './faults.ts';

/** Writes a file that an option names, and the folders above it. Fault CLI_OUTPUT_UNWRITABLE. */
export async function writeOutputFile(path: string, text: string): Promise<void> {
  await explain(path, async () => {
    await makeFolder(dirname(resolve(path)));
    await writeFile(path, text);
  });
}

/** The folders above such a file. Fault CLI_OUTPUT_UNWRITABLE. */
export async function makeOutputFolder(path: string): Promise<void> {
  await explain(path, () => makeFolder(dirname(resolve(path))));
}

/**
 * Finds early, and without making anything, what `writeOutputFile` would most likely fail by.
 * Fault CLI_OUTPUT_UNWRITABLE.
 */
export async function checkOutputFile(path: string): Promise<void> {
  await explain(path, async () => {
    const found = await findStatus(path);
    if (found?.isDirectory()) throw outputUnwritable(path, 'it is a folder');
    await (found ? access(path, constants.W_OK) : checkFolder(path, dirname(resolve(path))));
  });
}

/** The same for a folder that files are to be written into. */
export async function checkOutputFolder(path: string): Promise<void> {
  await explain(path, () => checkFolder(path, resolve(path)));
}

/** Of a folder that is not there yet, the nearest one above it that is. */
async function checkFolder(path: string, folder: string): Promise<void> {
  const found = await findStatus(folder);
  if (found === undefined) return checkFolder(path, dirname(folder));
  if (!found.isDirectory()) throw outputUnwritable(path, `${folder} is no folder`);
  await access(folder, constants.W_OK | constants.X_OK);
}

/** Undefined for what is not there, also when a file stands where a folder of its path should. */
function findStatus(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

async function explain(path: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: NodeJS.ErrnoException) => {
    throw error.errno === undefined ? error : outputUnwritable(path, getSystemErrorMessage(error.errno));
  });
}
