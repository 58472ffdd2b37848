import type { Payloads } from '../../server/contracts/messages.ts';
import type { Channel } from '../../server/contracts/names.ts';

/** One message of a device, as it goes out: its bytes are made once and stay the same however often they are sent. */
export interface DeviceMessage {
  /** Epoch ms: when it happens and goes out. Its `ts` says the same where the device's clock is right. */
  at: number;
  channel: Channel;
  boot: number;
  seq: number;
  payload: string;
}

type Numbered = 'door' | 'queue' | 'terminal';
export type Body<C extends Numbered> = DistributiveOmit<Payloads[C], 'ts' | 'boot' | 'seq'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Numbers a device's messages of one boot, from 1, and makes their bytes. */
export class Sequence<C extends Numbered> {
  readonly messages: DeviceMessage[] = [];
  readonly #channel: C;
  readonly #boot: number;
  readonly #aheadMs: number;

  /** `aheadMs` is how far the device's clock is ahead of the right time. */
  constructor(channel: C, boot: number, aheadMs = 0) {
    this.#channel = channel;
    this.#boot = boot;
    this.#aheadMs = aheadMs;
  }

  add(at: number, body: Body<C>): void {
    const seq = this.messages.length + 1;
    const payload = JSON.stringify({ ts: at + this.#aheadMs, boot: this.#boot, seq, ...body });
    this.messages.push({ at, channel: this.#channel, boot: this.#boot, seq, payload });
  }
}
