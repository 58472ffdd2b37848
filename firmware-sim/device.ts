import { Compile } from 'typebox/compile';
import type { StatusMessage } from '../server/contracts/messages.ts';
import { ResendMessage } from '../server/contracts/messages.ts';
import type { SimClock, Timer } from './clock.ts';
import { realNow } from './clock.ts';
import type { DeviceEntry } from './devices/plan.ts';
import { topicFor } from './devices/plan.ts';
import type { DeviceMessage } from './devices/sequenced.ts';
import type { Hindrance } from './devices/spells.ts';
import type { Gate } from './gate.ts';
import type { Broker } from './link.ts';
import { Link } from './link.ts';
import { Outbox } from './outbox.ts';

const firmware = 'hallwatch-sim';
const inFlightMax = 100;
const resendMax = 500;
const shortestPauseMs = 500;
const longestPauseMs = 10_000;
const isResend = Compile(ResendMessage);

export interface DeviceOptions {
  entry: DeviceEntry;
  broker: Broker;
  clock: SimClock;
  /** Shared by the devices of a fleet: who may connect now. */
  gate: Gate;
  /** How often the status is published, in seconds of `clock`. */
  everyS?: number;
  /** Told when the broker is reached, and when it isn't (any more) and why. */
  onLink?: (up: boolean, reason?: string) => void;
}

/**
 * One simulated device: its own connection, will and status, a boot counter, and an outbox from which it publishes in
 * order, again after a lost connection, and once more when the server asks (I2, L1, G1).
 */
export class Device {
  readonly entry: DeviceEntry;
  readonly #options: DeviceOptions;
  readonly #outbox = new Outbox();
  #boot = 0;
  #lastSeq = 0;
  #conn = 0;
  #link: Link | null = null;
  #up = false;
  #inFlight = 0;
  #pauseMs = shortestPauseMs;
  #retry: NodeJS.Timeout | undefined;
  #statusTimer: Timer | undefined;
  #leaveGate: () => void = () => {};
  #aheadMs = 0;
  /** What comes between this device and the server now, and how often at a time. */
  readonly #hindered = new Map<Hindrance, number>();

  constructor(options: DeviceOptions) {
    this.entry = options.entry;
    this.#options = options;
  }

  /**
   * Switches the device on with a boot counter higher than before; what it still had to send goes first. Its clock is
   * `aheadMs` ahead of the right time.
   */
  start(boot: number, aheadMs = 0): void {
    this.#boot = boot;
    this.#aheadMs = aheadMs;
    this.#lastSeq = 0;
    this.#hindered.clear();
    this.#connect();
  }

  /** Something comes between the device and the server, or no longer does. */
  hinder(hindrance: Hindrance, begins: boolean): void {
    this.#hindered.set(hindrance, (this.#hindered.get(hindrance) ?? 0) + (begins ? 1 : -1));
    if (begins && hindrance === 'cut') this.#cut();
    if (begins && hindrance === 'frozen') this.#statusTimer?.cancel();
    if (begins || this.#is(hindrance)) return;
    if (hindrance === 'cut' && !this.#link) this.#connect();
    if (hindrance === 'frozen' && this.#up) this.#publishStatus();
    this.#pump();
  }

  /** Takes a message of the current boot; it goes out as soon as its turn comes. */
  add(message: DeviceMessage): void {
    this.#outbox.add(message, this.#options.clock.now());
    this.#lastSeq = message.seq;
    this.#pump();
  }

  /** Switches the device off properly: it says that it is offline, within about a second. */
  async stop(): Promise<void> {
    const link = this.#link;
    this.#forget();
    clearTimeout(this.#retry);
    await link?.close({ topic: this.#topic('status'), payload: JSON.stringify(this.#status(false)) });
  }

  #is(hindrance: Hindrance): boolean {
    return (this.#hindered.get(hindrance) ?? 0) > 0;
  }

  #cut(): void {
    const link = this.#link;
    this.#forget();
    clearTimeout(this.#retry);
    link?.drop();
    this.#options.onLink?.(false, 'cut by the simulation');
  }

  #connect(): void {
    if (this.#is('cut')) return;
    clearTimeout(this.#retry);
    this.#leaveGate = this.#options.gate.enter(() => {
      // Real seconds: they grow across restarts even where simulated time doesn't.
      this.#conn = Math.max(this.#conn + 1, Math.floor(realNow() / 1000));
      const { boot, conn, simulated } = this.#status(false);
      this.#link = new Link({
        broker: this.#options.broker,
        clientId: `hallwatch-sim-${this.entry.id}`,
        will: { topic: this.#topic('status'), payload: JSON.stringify({ boot, conn, online: false, simulated }) },
        listenTo: [this.#topic('resend')],
        events: {
          up: () => this.#onUp(),
          down: (reason) => this.#onDown(reason),
          message: (_topic, payload) => this.#resend(payload),
        },
      });
    });
  }

  /** The status goes out before any backlog: its lastSeq tells the server what of the rest is backlog. */
  #onUp(): void {
    this.#up = true;
    this.#leaveGate();
    this.#outbox.rewind();
    if (!this.#is('frozen')) this.#publishStatus();
    this.#options.onLink?.(true);
    this.#pump();
  }

  #onDown(reason: string): void {
    this.#forget();
    this.#options.onLink?.(false, reason);
    this.#retry = setTimeout(() => this.#connect(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  #forget(): void {
    this.#leaveGate();
    this.#statusTimer?.cancel();
    this.#link = null;
    this.#up = false;
    this.#inFlight = 0;
  }

  #publishStatus(): void {
    const link = this.#link;
    const everyMs = this.#status(true).everyS * 1000;
    link?.publish(this.#topic('status'), JSON.stringify(this.#status(true)), { retain: true }, () => {
      this.#pauseMs = shortestPauseMs;
    });
    this.#statusTimer = this.#options.clock.after(everyMs, () => this.#publishStatus());
  }

  #pump(): void {
    const link = this.#link;
    if (!link || !this.#up || this.#is('frozen')) return;
    while (this.#inFlight < inFlightMax) {
      const next = this.#outbox.next();
      if (!next) return;
      if (this.#is('lossy')) {
        next.acknowledge();
        continue;
      }
      this.#inFlight += 1;
      link.publish(this.#topic(next.message.channel), next.message.payload, {}, () => {
        next.acknowledge();
        this.#inFlight -= 1;
        this.#pump();
      });
    }
  }

  /** The original bytes again, then what is no longer here. What wasn't sent for the first time yet isn't gone. */
  #resend(payload: Buffer): void {
    const asked = parsed(payload);
    const link = this.#link;
    if (!link || this.#is('frozen') || !isResend.Check(asked)) return;
    const { id, boot, from } = asked;
    const last = boot === this.#boot ? this.#lastSeq : Number.POSITIVE_INFINITY;
    const { found, gone } = this.#outbox.find(boot, [from, Math.min(asked.to, last, from + resendMax - 1)]);
    for (const message of found) link.publish(this.#topic(message.channel), message.payload);
    link.publish(this.#topic('resent'), JSON.stringify({ id, boot, gone }));
  }

  #status(online: boolean) {
    return {
      ts: this.#options.clock.now() + this.#aheadMs,
      boot: this.#boot,
      conn: this.#conn,
      online,
      lastSeq: this.#lastSeq,
      everyS: this.#options.everyS ?? 30,
      resend: true,
      simulated: true,
      firmware,
    } satisfies StatusMessage;
  }

  #topic(channel: Parameters<typeof topicFor>[1]): string {
    return topicFor(this.entry, channel);
  }
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return null;
  }
}
