// Readings under the names that the books know them by (I2): nearly all as they came.
import type { Reading } from '../contracts/readings.ts';
import { clockToleranceMs, deviceTime } from './effective-time.ts';
import type { DeviceIdentity } from './identity.ts';
import { emptyIdentity, identify, identifyWord, presentBoot } from './identity.ts';
import type { HallState } from './state.ts';

/** `notes`: what is odd about it; `goesOn`: only the numbering of its device begins anew, not its totals. */
export type Named =
  | { as: 'read'; reading: Reading; notes: readonly NamingNote[]; goesOn: boolean }
  | { as: 'copy' }
  | { as: 'implausible'; ahead: number };

export type NamingNote = 'boot-not-counted' | 'unnumbered' | 'last-seq-implausible';

/** Longer than any message is kept for us (J1): a device's time before that tells nothing of the order of its messages. */
const oldestMs = 9 * 86_400_000;
const none: readonly never[] = [];

/** Tells which message a reading is, by what was read of its device before. */
export function nameReading(state: Pick<HallState, 'identities'>, reading: Reading): Named {
  const { body, device } = reading;
  if (body.kind === 'resent') {
    const boot = presentBoot(state.identities.get(device), body.boot);
    return {
      as: 'read',
      reading: boot === body.boot ? reading : { ...reading, body: { ...body, boot } },
      notes: none,
      goesOn: false,
    };
  }
  return body.kind === 'status' ? nameWord(state, reading, body) : nameMessage(state, reading, body);
}

function nameMessage(
  state: Pick<HallState, 'identities'>,
  reading: Reading,
  body: Exclude<Reading['body'], { kind: 'status' | 'resent' }>,
): Named {
  const { boot, seq } = body;
  const { at, receivedAt, live, print = 0 } = reading;
  const ts = ownTime(body.ts, receivedAt);
  const found = identify(identityOf(state, reading.device), { boot, seq, ts, at, receivedAt, live, print });
  if (found.as !== 'read') return found;
  const isAsCame = found.boot === boot && found.seq === seq;
  return {
    as: 'read',
    reading: isAsCame ? reading : { ...reading, body: { ...body, boot: found.boot, seq: found.seq } },
    notes: found.note === null ? none : [found.note],
    goesOn: found.goesOn,
  };
}

function nameWord(
  state: Pick<HallState, 'identities'>,
  reading: Reading,
  body: Reading['body'] & { kind: 'status' },
): Named {
  const { at, receivedAt, live } = reading;
  const { lastSeq, ...others } = body;
  const word = { boot: body.boot, lastSeq, ts: ownTime(body.ts, receivedAt), at, receivedAt, live };
  const found = identifyWord(identityOf(state, reading.device), word);
  const told = found.lastSeq;
  if (found.boot === body.boot && told === lastSeq) return { as: 'read', reading, notes: none, goesOn: false };
  return {
    as: 'read',
    reading: { ...reading, body: { ...others, boot: found.boot, ...(told === undefined ? {} : { lastSeq: told }) } },
    notes: found.isAbsurd ? ['last-seq-implausible'] : none,
    goesOn: false,
  };
}

function ownTime(ts: unknown, receivedAt: number): number | null {
  const { ms: own } = deviceTime(ts);
  return own === null || own > receivedAt + clockToleranceMs || own < receivedAt - oldestMs ? null : own;
}

function identityOf({ identities }: Pick<HallState, 'identities'>, device: string): DeviceIdentity {
  const known = identities.get(device);
  if (known) return known;
  const made = emptyIdentity();
  identities.set(device, made);
  return made;
}
