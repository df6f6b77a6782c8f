import { createConnection, createServer } from 'node:net';
import { portInUse, portNotAllowed } from './faults.ts';

/** Whether a program accepts connections on this port of the host. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Throws `ENGINE_PORT_IN_USE` or `ENGINE_PORT_NOT_ALLOWED` when nobody could listen on the port. */
export async function checkPort(port: number): Promise<void> {
  if (await isListening(port)) throw portInUse(port);
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      reject(code === 'EACCES' ? portNotAllowed(port) : portInUse(port));
    });
    server.listen(port, () => server.close(() => resolve()));
  });
}
