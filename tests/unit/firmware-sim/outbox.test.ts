import { describe, expect, test } from 'vitest';
import type { DeviceMessage } from '../../../firmware-sim/devices/sequenced.ts';
import { Outbox } from '../../../firmware-sim/outbox.ts';

const hourMs = 3_600_000;
const message = (seq: number, boot = 1, at = seq): DeviceMessage => ({
  at,
  channel: 'door',
  boot,
  seq,
  payload: `${boot}/${seq}`,
});

function filled(count: number, boot = 1): Outbox {
  const outbox = new Outbox();
  for (let seq = 1; seq <= count; seq++) outbox.add(message(seq, boot), seq);
  return outbox;
}

describe('sending', () => {
  test('hands out in order, and again what a lost connection left unacknowledged', () => {
    const outbox = filled(3);
    const first = outbox.next();
    const second = outbox.next();
    expect([first?.message.seq, second?.message.seq, outbox.next()?.message.seq, outbox.next()]).toEqual([
      1,
      2,
      3,
      undefined,
    ]);
    second?.acknowledge();
    outbox.rewind();
    expect([outbox.next()?.message.seq, outbox.next()?.message.seq, outbox.next()]).toEqual([1, 3, undefined]);
  });

  test('goes on with what is added later', () => {
    const outbox = filled(1);
    outbox.next()?.acknowledge();
    outbox.rewind();
    expect(outbox.next()).toBeUndefined();
    outbox.add(message(2), 2);
    expect(outbox.next()?.message.seq).toBe(2);
  });
});

describe('G1: keeping', () => {
  test('24 h, whatever was acknowledged', () => {
    const outbox = new Outbox();
    outbox.add(message(1, 1, 0), 0);
    outbox.add(message(2, 1, hourMs), hourMs);
    outbox.next()?.acknowledge();
    expect(outbox.find(1, [1, 2]).gone).toEqual([]);
    outbox.add(message(3, 1, 24 * hourMs + 1), 24 * hourMs + 1);
    expect(outbox.find(1, [1, 3])).toEqual({
      found: [message(2, 1, hourMs), message(3, 1, 24 * hourMs + 1)],
      gone: [[1, 1]],
    });
    expect(outbox.next()?.message.seq).toBe(2);
  });

  test('20,000 messages at the most', () => {
    const outbox = filled(20_005);
    const { found, gone } = outbox.find(1, [1, 20_005]);
    expect(found).toHaveLength(20_000);
    expect(gone).toEqual([[1, 5]]);
    expect(outbox.next()?.message.seq).toBe(6);
  });

  test('names what is gone of a boot it never had', () => {
    const outbox = filled(3, 7);
    expect(outbox.find(6, [2, 4])).toEqual({ found: [], gone: [[2, 4]] });
    expect(outbox.find(7, [3, 5]).gone).toEqual([[4, 5]]);
  });
});
