import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { engineRefused, engineUnreachable } from './engine-faults.ts';
import type { EngineAddress } from './find-engine.ts';

/** A container engine by Docker's API, which podman has, too. Faults: CLI_ENGINE_UNREACHABLE, CLI_ENGINE_FAILED. */
export interface Engine {
  name: string;
  /** What the engine knows an image by: the digest of its configuration, or of its manifest. Undefined when it has none of that name. */
  findId(reference: string): Promise<string | undefined>;
  /** Takes the archive of an image. */
  load(file: string): Promise<void>;
  /** Writes an archive of an image. */
  save(reference: string, file: string): Promise<void>;
}

export function openEngine(address: EngineAddress): Engine {
  const { name } = address;
  return {
    name,
    async findId(reference) {
      const answer = await ask(address, { path: `/images/${encodeURIComponent(reference)}/json` });
      const said = await readText(name, answer);
      if (answer.statusCode === 404) return undefined;
      const id = answer.statusCode === 200 ? parseId(said) : undefined;
      if (id === undefined) throw engineRefused(name, `look for the image ${reference}`, said.trim());
      return id.includes(':') ? id : `sha256:${id}`;
    },
    async load(file) {
      const headers = { 'content-type': 'application/x-tar', 'content-length': (await stat(file)).size };
      const answer = await ask(address, { method: 'POST', path: '/images/load?quiet=1', headers }, file);
      const said = await readText(name, answer);
      const problem = findProblem(said);
      if (answer.statusCode !== 200 || problem) throw engineRefused(name, 'load the image', problem ?? said.trim());
    },
    async save(reference, file) {
      const answer = await ask(address, { path: `/images/${encodeURIComponent(reference)}/get` });
      if (answer.statusCode !== 200)
        throw engineRefused(name, `hand out the image ${reference}`, (await readText(name, answer)).trim());
      await untilBroken(name, pipeline(answer, createWriteStream(file)));
    },
  };
}

function readText(name: string, answer: IncomingMessage): Promise<string> {
  return untilBroken(name, text(answer));
}

/** Fault CLI_ENGINE_UNREACHABLE when the connection ends in the middle of an answer. */
async function untilBroken<T>(name: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ECONNRESET' ? engineUnreachable(name, 'it broke off in the middle of its answer') : error;
  });
}

/** Undefined for what is not the answer of an engine. */
function parseId(said: string): string | undefined {
  try {
    const { Id: id } = JSON.parse(said) as { Id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Of what is under way an engine tells in lines of JSON, and of its failure in one of them. */
function findProblem(lines: string): string | undefined {
  for (const line of lines.split('\n').filter((one) => one.includes('"error"'))) {
    try {
      const { error } = JSON.parse(line) as { error?: unknown };
      if (typeof error === 'string') return error;
    } catch {
      return line;
    }
  }
  return undefined;
}

async function ask(
  { name, tls, ...place }: EngineAddress,
  options: RequestOptions,
  file?: string,
): Promise<IncomingMessage> {
  // With `node:http` comes a client of which every other start of the command would pay the loading.
  const { request } = tls ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const all = { ...place, ...tls, ...options, headers: { host: 'engine', ...options.headers } };
    const sent = request(all, resolve);
    sent.on('error', (error) => reject(engineUnreachable(name, error.message)));
    if (file === undefined) sent.end();
    // What breaks while it is sent, the request tells.
    else pipeline(createReadStream(file), sent).catch(() => undefined);
  });
}
