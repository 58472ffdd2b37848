import type { Channel } from '../contracts/names.ts';
import type { Body } from '../contracts/readings.ts';

/** Why a message could not be read; the words of quarantine and of /metrics. */
export type DecodeFault = 'malformed-json' | 'wrong-type';

/** The name of a message within its device (I2). */
export interface MessageName {
  boot: number;
  seq: number;
}

/** `name`: of a message that says which one it is, though not in a shape that we can read. */
export type Decoded = { body: Body } | { fault: DecodeFault; detail: string; name?: MessageName };

/** Turns one kind of message into a reading's body, or says why it can't. Pure; must not throw for any bytes. */
export interface DeviceType {
  channel: Channel;
  decode(payload: unknown): Decoded;
}
