import type { Socket } from 'socket.io';
import type { BoundName, BoundsReached } from '../bounds.ts';

export const longestBacklog = 16;
const recheckMs = 1_000;

/**
 * P3: a screen that doesn't read fills our memory without bound, since Socket.IO queues for it. One with more than 16
 * packets waiting at two checks a second apart is dropped; it will come back and get the full state.
 */
export class SlowSockets {
  readonly #bounds: BoundsReached;
  readonly #suspects = new Set<string>();

  constructor(bounds: BoundsReached) {
    this.#bounds = bounds;
  }

  check(sockets: Iterable<Socket>): void {
    for (const socket of sockets) {
      if (backlogOf(socket) <= longestBacklog || this.#suspects.has(socket.id)) continue;
      this.#suspects.add(socket.id);
      setTimeout(() => {
        this.#suspects.delete(socket.id);
        if (backlogOf(socket) > longestBacklog) this.drop(socket, 'screen-unread', 'a screen does not read: dropped');
      }, recheckMs).unref();
    }
  }

  /** Not a goodbye: one that doesn't read would not hear it, and would be held for 30 s more. */
  drop(socket: Socket, bound: BoundName, what: string): void {
    if (socket.request.socket.destroyed) return;
    this.#bounds.reached(bound, what);
    socket.request.socket.destroy();
  }
}

/** Packets that wait in Engine.IO; `ws.bufferedAmount` stays 0 while they do. */
export function backlogOf(socket: Socket): number {
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer');
  return Array.isArray(buffer) ? buffer.length : 0;
}
