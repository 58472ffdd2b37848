// A screen over a bare WebSocket, for frames that no client of Socket.IO would send.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { openSocket } from './raw-http.ts';

export interface RawScreen {
  socket: Socket;
  send(text: string, options?: { binary?: boolean }): void;
}

const openWithinMs = 3_000;

/** Connected to the namespace, if the server lets it in. */
export async function rawScreen(port: number): Promise<RawScreen> {
  const socket = await openSocket(port);
  const head = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ];
  const screen: RawScreen = {
    socket,
    send(text, { binary = false } = {}) {
      if (socket.writable) socket.write(frame(Buffer.from(text), binary));
    },
  };
  const joined = new Promise<void>((resolve) => {
    let isOpen = false;
    const look = (bytes: Buffer) => {
      if (bytes.includes('"sid"') && !isOpen) {
        isOpen = true;
        screen.send('40/live,');
      } else if (bytes.includes('40/live,')) {
        socket.removeListener('data', look);
        resolve();
      }
    };
    socket.on('data', look);
    socket.once('close', () => resolve());
  });
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await Promise.race([joined, pause(openWithinMs)]);
  return screen;
}

/** A masked frame, as clients must send them. */
function frame(payload: Buffer, isBinary: boolean): Buffer {
  const mask = randomBytes(4);
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 4 : 2);
  head[0] = isBinary ? 0x82 : 0x81;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(Math.min(payload.length, 65_535), 2);
  const masked = payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}
