// P3: a screen that doesn't read is dropped before it fills our memory; the others never notice.
import { createServer } from 'node:http';
import { pino } from 'pino';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { BoundsReached } from '../../server/bounds.ts';
import { listen } from '../../server/listen.ts';
import { SlowSockets } from '../../server/push/slow-sockets.ts';
import { eventually } from '../support/eventually.ts';

it('P3: drops a socket that stays behind by more than 16 packets, and only that one', async () => {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'] });
  const port = await listen(http, { host: '127.0.0.1', port: 0 }, 'the test');
  onTestFinished(() => server.close());
  const connect = () => {
    const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, reconnection: false });
    onTestFinished(() => {
      client.disconnect();
    });
    return client;
  };
  const [healthy, slow] = [connect(), connect()];
  let received = 0;
  healthy.on('picture', () => received++);
  await eventually(() => server.sockets.sockets.size === 2);

  // The slow one stops reading below Socket.IO, as a browser in a sleeping laptop does.
  const transport = slow.io.engine.transport as unknown as { ws: { pause(): void } };
  transport.ws.pause();
  // The first ones fill what the kernel and ws take; from then on every packet waits in Engine.IO.
  for (let i = 0; i < 60; i++) server.emit('picture', 'x'.repeat(500_000));
  await eventually(() => received === 60);
  for (let i = 0; i < 40; i++) server.emit('picture', 'small');
  await eventually(() => received === 100);
  const bounds = new BoundsReached(pino({ level: 'silent' }));
  new SlowSockets(bounds).check(server.sockets.sockets.values());
  await eventually(() => server.sockets.sockets.size === 1);
  expect(healthy.connected).toBe(true);
  expect([...bounds.counts]).toEqual([['screen-unread', 1]]);
});
