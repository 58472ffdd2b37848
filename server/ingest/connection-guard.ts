// What the connections of the built-in broker may make this process hold: packets that aren't whole yet, and what a client doesn't
// read. A client over a bound is dropped; nobody else waits for it.
import type { Socket } from 'node:net';
import type { BoundName, BoundsReached } from '../bounds.ts';
import { HeldBytes } from '../held-bytes.ts';
import { PacketMeter } from './packet-meter.ts';

const mib = 2 ** 20;
/** What a device sends is at most 64 KB (J2); larger ones are taken so that they can be seen in quarantine. */
const packetLimits = { connect: 16 * 1024, publish: 16 * mib, other: 64 * 1024 };
const mostUnfinished = 64 * mib;
/** What waits for one client that doesn't read, and for all of them. */
const mostUnread = 8 * mib;
const mostUnreadTogether = 64 * mib;
/** Less isn't worth counting: the kernel takes more than that at once. */
const leastUnread = 64 * 1024;
const unreadForMs = 30_000;
const lookEveryMs = 2_000;

export class ConnectionGuard {
  readonly #bounds: BoundsReached;
  readonly #unfinished: HeldBytes<Socket>;
  readonly #unread: HeldBytes<Socket>;
  /** Since when a client has not read all there is, ms of `performance.now()`. */
  readonly #behindSince = new Map<Socket, number>();
  readonly #looking: NodeJS.Timeout;

  constructor(bounds: BoundsReached) {
    this.#bounds = bounds;
    this.#unfinished = new HeldBytes({
      most: mostUnfinished,
      drop: (socket) =>
        this.#drop(socket, 'mqtt-unfinished', 'unfinished packets take too much memory: largest dropped'),
    });
    this.#unread = new HeldBytes({
      most: mostUnreadTogether,
      drop: (socket) =>
        this.#drop(socket, 'mqtt-unread', 'clients that do not read take too much memory: largest dropped'),
    });
    this.#looking = setInterval(() => this.#look(), lookEveryMs).unref();
  }

  /** To be called before the broker takes the connection. */
  watch(socket: Socket): void {
    this.#watchInput(socket);
    this.#watchOutput(socket);
    socket.on('close', () => {
      this.#unfinished.set(socket, 0);
      this.#caughtUp(socket);
    });
  }

  close(): void {
    clearInterval(this.#looking);
  }

  /** The broker reads by `read`, whatever has come. */
  #watchInput(socket: Socket): void {
    const meter = new PacketMeter(packetLimits);
    const read = socket.read.bind(socket);
    socket.read = (size?: number): unknown => {
      const bytes: unknown = read(size);
      if (!(bytes instanceof Uint8Array)) return bytes;
      if (!meter.take(bytes)) {
        this.#drop(socket, 'mqtt-packet', 'a packet is longer than any may be: client dropped');
        return null;
      }
      this.#unfinished.set(socket, meter.held);
      return socket.destroyed ? null : bytes;
    };
  }

  /**
   * The broker makes every publisher wait for a reader whose `write` says false, which a client that sleeps would do to all. So it is
   * always told true, and who falls behind too far is dropped.
   */
  #watchOutput(socket: Socket): void {
    const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
    socket.write = (...given: unknown[]): boolean => {
      if (socket.writableLength > mostUnread) {
        this.#drop(socket, 'mqtt-unread', 'a client does not read what it asked for: dropped');
        return true;
      }
      write(...given);
      if (socket.writableLength < leastUnread) return true;
      if (!this.#behindSince.has(socket)) {
        this.#behindSince.set(socket, performance.now());
        socket.once('drain', () => this.#caughtUp(socket));
      }
      this.#unread.set(socket, socket.writableLength);
      return true;
    };
  }

  #caughtUp(socket: Socket): void {
    this.#behindSince.delete(socket);
    this.#unread.set(socket, 0);
  }

  #look(): void {
    const now = performance.now();
    for (const [socket, since] of this.#behindSince) {
      if (now - since > unreadForMs)
        this.#drop(socket, 'mqtt-unread', 'a client does not read what it asked for: dropped');
      else this.#unread.set(socket, socket.writableLength);
    }
  }

  #drop(socket: Socket, bound: BoundName, what: string): void {
    this.#caughtUp(socket);
    this.#bounds.reached(bound, what);
    socket.destroy();
  }
}
