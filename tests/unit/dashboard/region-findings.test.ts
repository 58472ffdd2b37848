// What the regional page concludes from the answers, and how it says it.
import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../../dashboard/src/region/finding-words.ts';
import type { Finding } from '../../../dashboard/src/region/findings.ts';
import { findingsOf } from '../../../dashboard/src/region/findings.ts';
import type { Peaks } from '../../../server/contracts/history.ts';
import type { Locale } from '../../../server/contracts/names.ts';
import { cell, hallRow, hallToday, heat, peaks } from './region-answers.ts';
import { screenIn } from './screens.ts';

const monday = { weekday: 'mon', from: '10:00', to: '11:30', value: 34, usual: 20 } as const;
const kinds = (told: Peaks | null, today = [hallToday('a')]) =>
  findingsOf({ peaks: told, today }).map(({ kind }) => kind);
const only = (told: Peaks, kind: Finding['kind']) =>
  findingsOf({ peaks: told, today: [] }).find((one) => one.kind === kind);

describe('findings', () => {
  it('say that nothing stands out only of enough days in which nothing does', () => {
    expect(kinds(peaks())).toEqual(['calm', 'kept']);
    expect(kinds(null)).toEqual([]);
    expect(kinds(peaks({ total: { ...peaks().total, days: 0 } }))).toEqual([]);
    const short = { total: { ...peaks().total, days: 3 }, heat: heat(() => cell(5, { days: 1, openDays: 1 })) };
    expect(findingsOf({ peaks: peaks(short), today: [] })).toEqual([
      { kind: 'few', days: 3, needed: 21 },
      { kind: 'kept', halls: 2, targets: [0.95] },
    ]);
  });

  it('call a peak regular only where three days of its weekday are known', () => {
    expect(kinds(peaks({ regular: [monday] }))).toEqual(['regular', 'kept']);
    const once = heat((day, slot) => (day === 0 && slot === 21 ? cell(34, { days: 2 }) : undefined));
    expect(kinds(peaks({ regular: [monday], heat: once }))).toEqual(['calm', 'kept']);
    expect(kinds(peaks({ unusual: [{ ...monday, date: '2026-11-16' }] }))).toEqual(['kept', 'unusual']);
  });

  it('judge a hall by its own target, by thirty tickets at least, the farthest first', () => {
    const halls = [
      hallRow('kept', { withinLimitShare: 0.95 }),
      hallRow('missed', { withinLimitShare: 0.9499 }),
      hallRow('far', { withinLimitShare: 0.7, targetShare: 0.8 }),
      hallRow('few', { withinLimitShare: 0.1, called: 29 }),
      hallRow('untold', { withinLimitShare: null }),
      hallRow('free', { withinLimitShare: 0.1, targetShare: null }),
    ];
    const found = only(peaks({ halls }), 'missed');
    expect(found).toMatchObject({ judged: 3, halls: [{ hall: 'far', target: 0.8 }, { hall: 'missed' }] });
    expect(only(peaks({ halls: halls.slice(3) }), 'kept')).toBeUndefined();
    expect(only(peaks({ halls: halls.slice(3) }), 'missed')).toBeUndefined();
  });

  it('tell today’s halls that are outside of like days, by a fifth, and beyond chance', () => {
    const far = (hall: string, entered: number, usual: { low: number; median: number; high: number }) =>
      hallToday(hall, { entered, usual, change: (entered - usual.median) / usual.median });
    const wide = { low: 50, median: 100, high: 150 };
    const today = [
      far('more', 130, { low: 90, median: 100, high: 110 }),
      far('less', 60, { low: 90, median: 100, high: 110 }),
      far('within', 145, wide),
      far('slightly', 115, { low: 90, median: 100, high: 110 }),
      far('small', 18, { low: 10, median: 12, high: 14 }),
      hallToday('unknown', { entered: 900, change: null, usual: null, reason: 'reading' }),
    ];
    const [found, ...others] = findingsOf({ peaks: null, today });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ kind: 'today', halls: [{ hall: 'less' }, { hall: 'more', change: 0.3 }] });
  });

  it('tell missing days of halls that were to be open', () => {
    const halls = [
      hallRow('never', { days: 0, missingDays: 28 }),
      hallRow('closed', { days: 0, openDays: 0 }),
      hallRow('some', { days: 26, missingDays: 2 }),
      hallRow('more', { days: 20, missingDays: 8 }),
      hallRow('whole'),
    ];
    expect(only(peaks({ halls }), 'gaps')).toMatchObject({
      never: [{ hall: 'never' }],
      some: [
        { hall: 'more', days: 8 },
        { hall: 'some', days: 2 },
      ],
    });
  });
});

describe('findings in words', () => {
  const said = (finding: Finding | undefined, locale: Locale) => {
    if (!finding) throw new Error('no finding');
    const { title, detail } = wordsOf(finding, screenIn(locale));
    return [title, detail].map((text) => text.replaceAll('\u2060', ''));
  };
  const friday = { ...monday, weekday: 'fri', from: '15:00', to: '16:00' } as const;

  it('name the peak with how far it is above the usual, and where to see it', () => {
    const found = only(peaks({ regular: [monday, friday] }), 'regular');
    expect(said(found, 'zh-CN')).toEqual([
      '周一 10:00–11:30 是全区高峰',
      '每半小时最多进厅 34 人，比平时的 20 人多 70%；其次 周五 15:00–16:00',
    ]);
    expect(said(found, 'en')[1]).toBe(
      'Up to 34 people enter per half hour, 70% above the usual 20; then Fri 15:00–16:00',
    );
    expect(found && wordsOf(found, screenIn('en')).evidence).toEqual({
      to: 'cells',
      weekday: 'mon',
      from: '10:00',
      until: '11:30',
    });
  });

  it('never round a missed share up to its target, and count what isn’t named', () => {
    const halls = ['a', 'b', 'c', 'd'].map((hall, i) => hallRow(hall, { withinLimitShare: 0.9499 - i / 10 }));
    const found = only(peaks({ halls }), 'missed');
    expect(said(found, 'zh-CN')).toEqual([
      '4 个厅未达到 95%',
      '等候达标率：d厅 64.9%、c厅 74.9%、b厅 84.9% 等 4 个（共评 4 个厅）',
    ]);
    const own = peaks({
      halls: [hallRow('a', { withinLimitShare: 0.5 }), hallRow('b', { withinLimitShare: 0.5, targetShare: 0.6 })],
    });
    expect(said(only(own, 'missed'), 'en')[0]).toBe('Below their targets: 2');
  });

  it('are whole in both languages, without a hole', () => {
    const halls = [
      hallRow('a', { withinLimitShare: 0.5 }),
      hallRow('b', { days: 0 }),
      hallRow('c', { missingDays: 1 }),
    ];
    const far = hallToday('a', { entered: 200, change: 1 });
    const all = [
      ...findingsOf({
        peaks: peaks({ halls, regular: [monday], unusual: [{ ...monday, date: '2026-11-16' }] }),
        today: [far],
      }),
      ...findingsOf({ peaks: peaks(), today: [] }),
      ...findingsOf({
        peaks: peaks({ total: { ...peaks().total, days: 1 }, heat: heat(() => cell(1, { days: 1 })) }),
        today: [],
      }),
    ];
    expect(new Set(all.map(({ kind }) => kind)).size).toBe(8);
    for (const locale of ['zh-CN', 'en'] as const) {
      for (const finding of all) for (const text of said(finding, locale)) expect(text).toMatch(/^[^{}]{4,}$/);
    }
    const today = all.find(({ kind }) => kind === 'today');
    expect(said(today, 'zh-CN')[1]).toBe('a厅 +100%（200 人，同期 100 人）');
  });
});
