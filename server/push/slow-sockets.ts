import type { Socket } from 'socket.io';

export const longestBacklog = 16;
const recheckMs = 1_000;

/**
 * P3: a screen that doesn't read fills our memory without bound, since Socket.IO queues for it. One with more than 16
 * packets waiting at two checks a second apart is dropped; it will come back and get the full state.
 */
export class SlowSockets {
  readonly #suspects = new Set<string>();

  check(sockets: Iterable<Socket>): void {
    for (const socket of sockets) {
      if (backlogOf(socket) <= longestBacklog || this.#suspects.has(socket.id)) continue;
      this.#suspects.add(socket.id);
      setTimeout(() => {
        this.#suspects.delete(socket.id);
        // Not a goodbye: one that doesn't read would not hear it, and would be held for 30 s more.
        if (backlogOf(socket) > longestBacklog) socket.request.socket.destroy();
      }, recheckMs).unref();
    }
  }
}

/** Packets that wait in Engine.IO; `ws.bufferedAmount` stays 0 while they do. */
export function backlogOf(socket: Socket): number {
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer');
  return Array.isArray(buffer) ? buffer.length : 0;
}
