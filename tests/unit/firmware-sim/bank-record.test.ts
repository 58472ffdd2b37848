import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bankMessages, readBankRecord } from '../../../firmware-sim/replay/bank-record.ts';
import { bankTruth } from '../../support/bank-truth.ts';

const day = readFileSync('tests/fixtures/records/bank-1999-02-03.csv', 'utf8');
const header = day.split('\n')[0] ?? '';

/** Messages of rows written as in the record, as [second, event, ticket, desk]. */
function mapped(...rows: string[]) {
  return bankMessages(readBankRecord([header, ...rows].join('\n'))).map(({ second, body }) => {
    const { event, ticket, desk } = body as { event: string; ticket: string; desk?: string };
    return [second, event, ticket, ...(desk ? [desk] : [])];
  });
}

describe('Q5: the bank record as messages', () => {
  test('queued and served: called is the end of the queue, started the same', () => {
    expect(mapped('1999-02-03,PS,2,100,100,160,60,AGENT,161,400,239,TOVA')).toEqual([
      [100, 'issued', 'PS001'],
      [160, 'called', 'PS001', 'tova'],
      [160, 'started', 'PS001', 'tova'],
      [400, 'finished', 'PS001', 'tova'],
    ]);
  });

  test('priority is the record’s; services and desks are its own, lower-cased', () => {
    const [issued] = bankMessages(readBankRecord(`${header}\n1999-02-03,NE,2,5,,,0,AGENT,5,9,4,ELI`));
    expect(issued?.body).toEqual({ event: 'issued', ticket: 'NE001', service: 'ne', priority: 2 });
    const [ordinary] = bankMessages(readBankRecord(`${header}\n1999-02-03,NE,0,5,,,0,AGENT,5,9,4,ELI`));
    expect(ordinary?.body).toEqual({ event: 'issued', ticket: 'NE001', service: 'ne' });
  });

  test('served at once: called when it arrived; NO_SERVER is no desk; an empty end is start + service', () => {
    expect(mapped('1999-02-03,PS,0,100,,,0,AGENT,,,30,NO_SERVER')).toEqual([
      [100, 'issued', 'PS001'],
      [100, 'called', 'PS001'],
      [100, 'started', 'PS001'],
      [130, 'finished', 'PS001'],
    ]);
  });

  test('an end before the start is the start', () => {
    expect(mapped('1999-02-03,PS,0,100,,,0,AGENT,90,95,5,ELI').at(-1)).toEqual([100, 'finished', 'PS001', 'eli']);
  });

  test('HANG is cancelled at the end of the queue, or on arrival; PHANTOM is not published', () => {
    expect(
      mapped(
        '1999-02-03,PS,0,100,100,160,60,HANG,,,0,NO_SERVER',
        '1999-02-03,NW,0,110,,,0,HANG,,,0,NO_SERVER',
        '1999-02-03,PS,0,120,120,130,10,PHANTOM,,,0,NO_SERVER',
      ),
    ).toEqual([
      [100, 'issued', 'PS001'],
      [110, 'issued', 'NW001'],
      [110, 'cancelled', 'NW001'],
      [160, 'cancelled', 'PS001'],
    ]);
  });

  test('a time more than 12 h before the arrival is on the next day', () => {
    expect(mapped('1999-02-03,PS,0,86311,86311,15,104,AGENT,15,120,105,ELI').map(([second]) => second)).toEqual([
      86_311, 86_415, 86_415, 86_520,
    ]);
    expect(mapped('1999-02-03,PS,0,50000,,,0,AGENT,6800,6800,0,ELI').at(-1)?.[0]).toBe(50_000);
    expect(mapped('1999-02-03,PS,0,50000,,,0,AGENT,6799,6799,0,ELI').at(-1)?.[0]).toBe(93_199);
  });

  test.each([
    [5, 205],
    [6, 200],
  ])('a desk that overlaps by %i s starts its next at %i', (overlap, start) => {
    const messages = mapped(
      `1999-02-03,PS,0,100,,,0,AGENT,100,${200 + overlap},0,ELI`,
      '1999-02-03,PS,0,190,190,200,10,AGENT,200,300,100,ELI',
    );
    expect(messages.filter(([, , ticket]) => ticket === 'PS002').map(([second]) => second)).toEqual([
      190,
      start,
      start,
      300,
    ]);
  });

  test('in one second a desk is freed before it calls, and a ticket goes its way in order', () => {
    expect(
      mapped(
        '1999-02-03,PS,0,100,,,0,AGENT,100,200,100,ELI',
        '1999-02-03,PS,0,150,150,200,50,AGENT,200,200,0,ELI',
        '1999-02-03,NW,0,200,,,0,AGENT,200,260,60,ELI',
        '1999-02-03,PS,0,200,,,0,HANG,,,0,NO_SERVER',
      ).slice(4),
    ).toEqual(
      [
        [200, 'finished', 'PS001', 'eli'],
        [200, 'issued', 'NW001'],
        [200, 'issued', 'PS003'],
        [200, 'cancelled', 'PS003'],
        [200, 'called', 'PS002', 'eli'],
        [200, 'started', 'PS002', 'eli'],
        [200, 'finished', 'PS002', 'eli'],
        [200, 'called', 'NW001', 'eli'],
        [200, 'started', 'NW001', 'eli'],
        [260, 'finished', 'NW001', 'eli'],
      ].sort((a, b) => Number(a[0]) - Number(b[0])),
    );
  });

  test('a file that is no such record is one clear line', () => {
    expect(() => readBankRecord('local_time,in,out\n')).toThrow(/^the record has no column date, service[^\n]*$/);
    expect(() => readBankRecord(`${header}\n1999-02-03,PS,0,soon`)).toThrow(/^line 2: arrived_s is "soon"/);
  });
});

describe('1999-02-03, counted twice', () => {
  test('Q5: straight from the columns, the largest number waiting is 17', () => {
    expect(bankTruth(day, '1999-02-03')).toEqual({
      issued: 1939,
      called: 1319,
      served: 1319,
      cancelled: 620,
      maxWaiting: 17,
    });
  });

  test('the messages say the same', () => {
    const messages = bankMessages(readBankRecord(day));
    const tickets = new Set<string>();
    const counts = { issued: 0, called: 0, started: 0, finished: 0, cancelled: 0 };
    let waiting = 0;
    let maxWaiting = 0;
    for (const [i, { second, body }] of messages.entries()) {
      const { event, ticket } = body as { event: keyof typeof counts; ticket: string };
      counts[event] += 1;
      if (event === 'issued') tickets.add(ticket);
      expect(tickets).toContain(ticket);
      waiting += event === 'issued' ? 1 : event === 'called' || event === 'cancelled' ? -1 : 0;
      if (messages[i + 1]?.second !== second) maxWaiting = Math.max(maxWaiting, waiting);
    }
    expect(tickets.size).toBe(1939);
    expect({ ...counts, maxWaiting }).toEqual({
      issued: 1939,
      called: 1319,
      started: 1319,
      finished: 1319,
      cancelled: 620,
      maxWaiting: 17,
    });
  });
});
