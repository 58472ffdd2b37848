import { createServer } from 'node:net';

let next = 20_000 + (process.pid % 500) * 20;

/** A port that is free now, below the range that outgoing connections take theirs from. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    next = next >= 31_990 ? 20_000 : next + 1;
    if (await isFree(next)) return next;
  }
  throw new Error('no free port between 20000 and 32000');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}
