import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What a process prints that shows what is under way, and gets ctrl-C. */
async function interrupt(name: string): Promise<{ code: number; stderr: string }> {
  const program = `
    import { ${name} } from ${JSON.stringify(join(import.meta.dirname, 'stop.ts'))};
    process.on('exit', () => process.stderr.write('wiped\\n'));
    const forever = new Promise(() => setInterval(() => undefined, 1000));
    ${name}(() => forever);
    process.kill(process.pid, 'SIGINT');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test.each(['withStop', 'withStopAtOnce'])('%s: the status is wiped before the last word', async (name) => {
  expect(await interrupt(name)).toEqual({ code: 130, stderr: 'wiped\nstopped\n' });
});
