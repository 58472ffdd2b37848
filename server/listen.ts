// Addresses we listen on: loopback only until there are accounts (S1), and a port in use is one clear line.
import type { Server } from 'node:net';
import { HallwatchError } from './errors.ts';

export interface Address {
  host: string;
  port: number;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Reads `host:port` (or `[::1]:port`) of a setting; throws `bad-setting`, or `not-loopback` (S1). */
export function parseAddress(text: string, setting: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (!host || !(port <= 65_535)) {
    throw new HallwatchError('bad-setting', {
      what: `${setting} is "${text}"`,
      fix: 'write host:port, such as 127.0.0.1:8080',
    });
  }
  if (!loopback.has(host)) {
    throw new HallwatchError('not-loopback', {
      what: `${setting} is "${text}", and until Hallwatch has accounts it listens on this machine only`,
      fix: `write 127.0.0.1:${port} or [::1]:${port}`,
    });
  }
  return { host: host === 'localhost' ? '127.0.0.1' : host, port };
}

/** Listens and answers the port (useful when it was 0); throws `port-in-use` naming the setting to change. */
export function listen(server: Server, { host, port }: Address, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const what = `port ${port} on ${host} is in use`;
      reject(
        new HallwatchError('port-in-use', {
          what,
          fix: `end the program that has it, or set ${setting} to another port`,
        }),
      );
    });
    server.listen({ host, port }, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : port);
    });
  });
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
