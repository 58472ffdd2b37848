// A device as it numbers and stamps its messages, with the faults of real ones.
import type { Random } from '../../firmware-sim/random.ts';
import type { Channel } from '../../server/contracts/names.ts';
import type { ClockKind, DeviceClock } from './clocks.ts';

/** A message as a device hands it to its broker at the true time `sentAt`, epoch ms. */
export interface Sent {
  sentAt: number;
  channel: Channel;
  payload: Record<string, unknown>;
}

/** How a device comes back after it was off: with the next boot, the same again, or as another device in its place. */
export type Return = 'counted' | 'uncounted' | 'replaced';

/** When a device is off, and how it comes back. True times, epoch ms. */
export interface Outage {
  from: number;
  to: number;
  back: Return;
}

export const statusEveryMs = 30_000;

export class FuzzDevice {
  readonly sent: Sent[] = [];
  readonly #clock: DeviceClock;
  readonly #tellsStatus: boolean;
  readonly #random: Random;
  #boot: number;
  #conn = 1;
  #seq = 0;
  #bootAt: number;
  #nextStatusAt: number;

  constructor(
    { tellsStatus }: { tellsStatus: boolean },
    clock: ClockKind,
    { at, random }: { at: number; random: Random },
  ) {
    this.#random = random;
    this.#clock = clock.make(random);
    this.#tellsStatus = tellsStatus;
    this.#boot = Math.floor(random.between(1, 40));
    this.#bootAt = at - Math.floor(random.between(1_000, 60_000));
    this.#nextStatusAt = at;
  }

  /** One numbered message. */
  send(at: number, channel: Channel, body: Record<string, unknown>): void {
    this.beat(at);
    this.#seq++;
    this.sent.push({ sentAt: at, channel, payload: { ...this.#stamp(at), boot: this.#boot, seq: this.#seq, ...body } });
  }

  /** Status words that were due by `at`. */
  beat(at: number): void {
    for (; this.#nextStatusAt <= at; this.#nextStatusAt += statusEveryMs) this.#status(this.#nextStatusAt);
  }

  /** Switches off at `from` and on again at `to`. */
  restart({ from, to, back }: Outage): void {
    this.beat(from);
    if (back === 'counted') this.#boot++;
    if (back === 'replaced') this.#boot = Math.floor(this.#random.between(1, 40));
    this.#conn = back === 'counted' ? this.#conn + 1 : 1;
    this.#seq = 0;
    this.#bootAt = to;
    this.#nextStatusAt = to;
  }

  #status(at: number): void {
    if (!this.#tellsStatus) return;
    const body = { boot: this.#boot, conn: this.#conn, online: true, lastSeq: this.#seq, everyS: statusEveryMs / 1000 };
    this.sent.push({ sentAt: at, channel: 'status', payload: { ...this.#stamp(at), ...body } });
  }

  #stamp(at: number): { ts?: unknown } {
    const ts = this.#clock(at, this.#bootAt);
    return ts === undefined ? {} : { ts };
  }
}
