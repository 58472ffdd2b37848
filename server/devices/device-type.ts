import type { Channel } from '../contracts/names.ts';
import type { Body } from '../contracts/readings.ts';

/** Why a message could not be read; the words of quarantine and of /metrics. */
export type DecodeFault = 'malformed-json' | 'wrong-type';

export type Decoded = { body: Body } | { fault: DecodeFault; detail: string };

/** Turns one kind of message into a reading's body, or says why it can't. Pure; must not throw for any bytes. */
export interface DeviceType {
  channel: Channel;
  decode(payload: unknown): Decoded;
}
