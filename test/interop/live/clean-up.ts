import { once } from 'node:events';
import { removeFolder } from '@dema/store';
import { removePodmanStorage } from './podman-service.ts';

// Started beside the tests. Its input ends when they do, with Ctrl-C or kill -9 too, where nobody is left to remove what they made.
const [engine, ...folders] = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.stdin.resume();
await once(process.stdin, 'end');
if (engine !== undefined) await removePodmanStorage(engine);
for (const folder of folders) await removeFolder(folder);
