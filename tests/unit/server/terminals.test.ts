import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { severityOfPart, severityOfTerminal } from '../../../server/hall/parts.ts';
import { overlapMs } from '../../../server/hall/spans.ts';
import { at, hallConfig, hallWith, liveAt, status, terminal } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const minute = 60_000;

function pay(hall: ReturnType<typeof hallWith>, now: number) {
  const [one] = liveAt(hall, now).terminals;
  if (!one) throw new Error('no terminal');
  return one;
}

describe('severity', () => {
  it.each([
    ['paper', 'full', 'ok'],
    ['paper', 'low', 'warning'],
    ['paper', 'out', 'fault'],
    ['cashUnit', 'full', 'fault'],
    ['cashUnit-2', 'high', 'warning'],
    ['intermediateStacker', 'full', 'fault'],
    ['shutter', 'jammedClosed', 'fault'],
    ['device', 'softwareError', 'fault'],
    ['scanner', 'off', 'ok'],
    ['banknoteReader', 'disabled', 'warning'],
    ['cabinetDoor', 'open', 'fault'],
    ['paper', 'unknown', 'unknown'],
    ['paper', 'soggy', 'unknown'],
    ['flux-capacitor', 'ok', 'unknown'],
    ['constructor', 'ok', 'unknown'],
    ['paper-x', 'full', 'unknown'],
  ] as const)('of %s %s is %s', (part, word, severity) => {
    expect(severityOfPart(part, word)).toBe(severity);
  });

  it('of a terminal is the worst of its state and its parts, in the order fault, warning, unknown, ok', () => {
    expect(severityOfTerminal('in-service', {})).toBe('ok');
    expect(severityOfTerminal('in-service', { paper: 'full', lamp: 'on' })).toBe('unknown');
    expect(severityOfTerminal('supervisor', { lamp: 'on' })).toBe('warning');
    expect(severityOfTerminal('degraded', { cutter: 'jammed' })).toBe('fault');
    expect(severityOfTerminal('out-of-service', {})).toBe('fault');
  });

  it('knows every word of the vocabulary table that devices were promised', () => {
    const docs = readFileSync('docs/parts.md', 'utf8');
    const rows = docs
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|'));
    expect(rows.length).toBeGreaterThan(6);
    for (const [, parts = '', ...cells] of rows) {
      for (const [i, severity] of (['ok', 'warning', 'fault'] as const).entries()) {
        for (const [, part = ''] of parts.matchAll(/`([A-Za-z]+)`/g)) {
          for (const [, word = ''] of (cells[i] ?? '').matchAll(/`([A-Za-z]+)`/g)) {
            expect(severityOfPart(part, word), `${part} ${word}`).toBe(severity);
          }
        }
      }
    }
  });
});

describe('a terminal', () => {
  it('is unknown until it speaks, and never well while nobody hears of it (L3)', () => {
    const hall = hallWith([status('pay-1', [1, 1], nine)]);
    expect(pay(hall, nine)).toMatchObject({ state: null, severity: 'unknown', parts: null, availabilityToday: null });
    hall.apply(terminal([1, 1], nine + 1));
    expect(pay(hall, nine + 2)).toMatchObject({ state: 'in-service', severity: 'ok' });
    expect(pay(hall, nine + 2 * minute)).toMatchObject({ state: 'in-service', severity: 'unknown' });
  });

  it('keeps a fault that it told while it is offline', () => {
    const hall = hallWith([
      status('pay-1', [1, 1], nine),
      terminal([1, 1], nine, { parts: { paper: 'out' } }),
      status('pay-1', [1, 1], nine, { online: false }, { receivedAt: nine + minute }),
    ]);
    expect(pay(hall, nine + minute)).toMatchObject({
      severity: 'fault',
      troubles: [{ part: 'paper', status: 'out', severity: 'fault', text: { 'zh-CN': '缺纸', en: 'Out of paper' } }],
    });
  });

  it('has parts that stay as they were until they are named again, or it restarts', () => {
    const hall = hallWith([
      terminal([1, 1], nine, { parts: { paper: 'out', cutter: 'ok' }, stock: { paper: 0 } }),
      terminal([1, 2], nine + minute, { parts: { cutter: 'jammed' } }),
    ]);
    expect(pay(hall, nine + minute)).toMatchObject({
      parts: { paper: 'out', cutter: 'jammed' },
      stock: { paper: 0 },
      since: nine,
    });
    hall.apply(terminal([1, 3], nine + 2 * minute, { parts: { paper: 'full', cutter: 'ok' }, stock: { paper: 100 } }));
    expect(pay(hall, nine + 2 * minute)).toMatchObject({ severity: 'ok', troubles: [], since: nine + 2 * minute });
    hall.apply(terminal([2, 1], nine + 3 * minute));
    expect(pay(hall, nine + 3 * minute).parts).toEqual({});
  });

  it('says since when it is in use', () => {
    const hall = hallWith([
      terminal([1, 1], nine, { busy: true }),
      terminal([1, 2], nine + minute, { busy: true, done: 0 }),
    ]);
    expect(pay(hall, nine + 2 * minute)).toMatchObject({ busy: true, busySince: nine });
    hall.apply(terminal([1, 3], nine + 3 * minute, { busy: false }));
    expect(pay(hall, nine + 3 * minute)).toMatchObject({ busy: false, busySince: null });
  });

  it('counts transactions as doors count people: restarts, late messages and local days included', () => {
    const hall = hallWith([
      terminal([1, 1], at('2026-11-22 17:00'), { done: 500, failed: 20 }),
      terminal([1, 2], nine, { done: 510, failed: 21 }),
      terminal([1, 4], nine + 2 * minute, { done: 513, failed: 22 }),
      terminal([2, 1], nine + 3 * minute, { done: 2, failed: 0 }),
      terminal([1, 3], nine + minute, { done: 512, failed: 21 }),
    ]);
    expect(pay(hall, nine + 4 * minute)).toMatchObject({ doneToday: 15, failedToday: 2 });
  });

  it('counts no transaction twice when a total dips, or when a message tells of one total alone', () => {
    const said = (fields: object[]) => hallWith(fields.map((one, i) => terminal([1, i + 1], nine + i * minute, one)));
    const counts = (fields: object[]) => {
      const { doneToday, failedToday } = pay(said(fields), nine + fields.length * minute);
      return [doneToday, failedToday];
    };
    expect(counts([0, 50, 49, 50, 51].map((done) => ({ done, failed: 0 })))).toEqual([51, 0]);
    expect(counts([0, 50, 0, 51].map((done) => ({ done, failed: 3 })))).toEqual([51, 0]);
    expect(counts([0, 50, 0, 20, 40, 60].map((done) => ({ done, failed: 0 })))).toEqual([110, 0]);
    const alone = [{ failed: 1 }, { failed: 2 }, { failed: 3 }, { failed: 4 }];
    expect(counts([{ done: 50, failed: 0 }, ...alone, { done: 51 }, { failed: 5 }])).toEqual([1, 5]);
  });

  it('was available while its zone was on, it was connected, and nothing kept customers from it', () => {
    const open = at('2026-11-23 08:30');
    const hall = hallWith([
      status('pay-1', [1, 1], at('2026-11-23 07:00'), { everyS: 3600 }),
      terminal([1, 1], at('2026-11-23 07:00')),
      terminal([1, 2], open + 10 * minute, { parts: { paper: 'out' } }),
      terminal([1, 3], open + 20 * minute, { state: 'supervisor', parts: { paper: 'full' } }),
      terminal([1, 4], open + 25 * minute),
    ]);
    expect(pay(hall, open + 100 * minute).availabilityToday).toBeCloseTo(0.85, 10);
    hall.apply(status('pay-1', [1, 1], open, { online: false }, { receivedAt: open + 150 * minute }));
    hall.apply(status('pay-1', [1, 2], open, { everyS: 3600 }, { receivedAt: open + 170 * minute }));
    expect(pay(hall, open + 200 * minute).availabilityToday).toBeCloseTo(0.825, 10);
    // Closed hours don't count: the day's share stays after closing.
    const closed = pay(hall, at('2026-11-23 23:00')).availabilityToday;
    expect(pay(hall, at('2026-11-23 18:00')).availabilityToday).toBe(closed);
  });

  it('is measured from when it was first heard, at any hour where its zone never closes', () => {
    const zones = [
      { id: 'floor', kind: 'self-service' as const, name: { 'zh-CN': '自助', en: 'Self' }, hours: 'always' },
    ];
    const night = at('2026-11-23 02:00');
    const hall = hallWith(
      [
        status('pay-1', [1, 1], night, { everyS: 3600 }),
        terminal([1, 1], night),
        terminal([1, 2], night + 15 * minute, { state: 'out-of-service' }),
      ],
      hallConfig({ zones }),
    );
    expect(pay(hall, night + 20 * minute).availabilityToday).toBeCloseTo(0.75, 10);
  });
});

describe('overlap of stretches', () => {
  it('counts what lies in both, once', () => {
    const spans = [
      { from: 0, to: 10 },
      { from: 5, to: 20 },
      { from: 30, to: 40 },
    ];
    expect(
      overlapMs(spans, [
        { from: 8, to: 12 },
        { from: 9, to: 11 },
        { from: 15, to: 35 },
        { from: 50, to: 60 },
      ]),
    ).toBe(14);
    expect(overlapMs(spans, [])).toBe(0);
    expect(overlapMs(spans, [{ from: 10, to: 5 }])).toBe(0);
  });
});
