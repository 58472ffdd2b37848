import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RecordRequest } from '../../../firmware-sim/replay/record.ts';
import { replayOf } from '../../../firmware-sim/replay/record.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import { doorTruth } from '../../support/door-truth.ts';

const week = readFileSync('tests/fixtures/records/door-2005-week.csv', 'utf8');
const campus = parse(readFileSync('tests/fixtures/config/halls/campus.yaml', 'utf8')) as HallFile;
const now = Date.parse('2026-11-24T12:00Z');

function replay(more: Partial<RecordRequest> = {}) {
  const request = {
    kind: 'door' as const,
    text: week,
    from: '2005-08-01',
    to: '2005-08-07',
    hall: campus,
    now,
    boot: 5,
    ...more,
  };
  const { messages, ...rest } = replayOf(request);
  return { ...rest, messages: messages.map(({ payload }) => JSON.parse(payload)) };
}

describe('T5: the door record as messages', () => {
  test('a 0/0 baseline at the first row, then the totals 29 min 59 s after each', () => {
    const { messages, device } = replay({ at: '2026-11-16' });
    const midnight = Date.parse('2026-11-16T00:00-08:00');
    expect(device).toEqual({ region: 'records', hall: 'campus', id: 'campus-door', kind: 'door' });
    expect(messages).toHaveLength(337);
    expect(messages[0]).toEqual({ ts: midnight, boot: 5, seq: 1, in: 0, out: 0 });
    expect(messages[1].ts).toBe(midnight + 1_799_000);
    expect(messages.at(-1)).toEqual({
      ts: Date.parse('2026-11-22T23:59:59-08:00'),
      boot: 5,
      seq: 337,
      in: 1151,
      out: 1089,
    });
  });

  test('each local day comes to what the record says', () => {
    const { messages, days } = replay();
    const sums = new Map<string, { entered: number; left: number }>();
    for (const [i, message] of messages.slice(1).entries()) {
      const local = Temporal.Instant.fromEpochMilliseconds(message.ts)
        .toZonedDateTimeISO(campus.timeZone)
        .toPlainDate();
      const date = local.subtract({ days }).toString();
      const day = sums.get(date) ?? { entered: 0, left: 0 };
      day.entered += message.in - messages[i].in;
      day.left += message.out - messages[i].out;
      sums.set(date, day);
    }
    expect(sums).toEqual(doorTruth(week));
  });

  test('days that the record doesn’t have are named', () => {
    expect(() => replay({ from: '2005-09-01', to: '2005-09-02' })).toThrow(
      'the record has nothing of 2005-09-01 to 2005-09-02: it goes from 2005-08-01 to 2005-08-07',
    );
    expect(() => replay({ hall: { ...campus, doors: [] } })).toThrow(/hall campus has no door/);
  });
});
