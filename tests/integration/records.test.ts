// Every recorded day through decode and hall, in-process, against counts made from the records alone.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { replayOf } from '../../firmware-sim/replay/record.ts';
import { loadConfigOrThrow } from '../../server/config/load.ts';
import { decode } from '../../server/devices/index.ts';
import { effectiveTime } from '../../server/hall/effective-time.ts';
import { Hall } from '../../server/hall/hall.ts';
import { crossingsOf } from '../../server/hall/occupancy.ts';
import { bankTruth } from '../support/bank-truth.ts';
import { doorTruth } from '../support/door-truth.ts';

const record = (name: string) => gunzipSync(readFileSync(`tests/fixtures/records/${name}.csv.gz`)).toString();
const bank = record('bank-queue-1999-02a');
const doors = record('door-counts-2005a');
const config = await loadConfigOrThrow('tests/fixtures/config');
const bankDates = [...new Set(bank.match(/^\d{4}-\d{2}-\d{2}/gm))];

type Messages = ReturnType<typeof replayOf>['messages'];

function hallOf(id: string): Hall {
  const hall = config.halls.get(id);
  if (!hall) throw new Error(`no hall ${id}`);
  return new Hall(hall);
}

function feed(hall: Hall, device: string, messages: Messages): void {
  for (const { at, channel, payload } of messages) {
    const decoded = decode(channel, Buffer.from(payload));
    if ('fault' in decoded) throw new Error(decoded.detail);
    const { body } = decoded;
    const ts = 'ts' in body ? effectiveTime(body.ts, at) : at;
    hall.apply({ hall: hall.config.id, device, receivedAt: at, live: true, caughtUp: true, at: ts, body });
  }
}

describe('the bank’s fortnight', () => {
  it('is a fortnight', () => {
    expect(bankDates).toHaveLength(14);
  });

  it.each(bankDates)('Q5: %s is exact', (date) => {
    const hall = hallOf('bank');
    const day = hall.config.days.onDate(date);
    const request = {
      kind: 'queue' as const,
      text: bank,
      from: date,
      to: date,
      hall: hall.config.file,
      now: day.end + 86_400_000,
      at: date,
      boot: 1,
    };
    const { device, messages } = replayOf(request);
    feed(hall, device.id, messages);
    const truth = bankTruth(bank, date);
    expect(truth.issued).toBeGreaterThan(100);
    expect(hall.live(day.end - 1, { simulated: true }).live.queue).toMatchObject({
      issuedToday: truth.issued,
      calledToday: truth.called,
      servedToday: truth.served,
      abandonedToday: truth.cancelled,
      maxWaitingToday: truth.maxWaiting,
    });
  });
});

describe('ten weeks of the door', () => {
  it('T3: entered and left are exact for each local day, whatever was counted before', () => {
    const truth = [...doorTruth(doors)].sort(([a], [b]) => (a < b ? -1 : 1));
    const [first = '', last = ''] = [truth[0]?.[0], truth.at(-1)?.[0]];
    expect(truth).toHaveLength(70);
    const hall = hallOf('campus');
    const { days, file } = hall.config;
    const request = {
      kind: 'door' as const,
      text: doors,
      from: first,
      to: last,
      hall: file,
      now: days.onDate(last).end + 86_400_000,
      at: first,
      boot: 1,
    };
    const { device, messages } = replayOf(request);
    for (const [date, counts] of truth) {
      const { start, end } = days.onDate(date);
      feed(
        hall,
        device.id,
        messages.filter(({ at }) => at >= start && at < end),
      );
      expect(crossingsOf(hall.state, hall.config, days.onDate(date)), date).toMatchObject(counts);
    }
  });
});
