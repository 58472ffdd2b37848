// The regional page's heat map, table, period and address: decisions without a page.
import { describe, expect, it } from 'vitest';
import { firstChoice, readChoice, withChoice } from '../../../dashboard/src/region/address.ts';
import { clockOf, heatView, slotsBetween } from '../../../dashboard/src/region/heat.ts';
import { cellText } from '../../../dashboard/src/region/heat-words.ts';
import {
  countText,
  dayText,
  measureText,
  minutesText,
  shareText,
  weekdayText,
} from '../../../dashboard/src/region/numbers.ts';
import { dayCount, periodFault, presetPeriod, presets } from '../../../dashboard/src/region/period.ts';
import type { Sort } from '../../../dashboard/src/region/rows.ts';
import { isSmall, knownSum, rowsOf, sortedIds } from '../../../dashboard/src/region/rows.ts';
import { cell, closed, hallRow, hallToday, heat, summary } from './region-answers.ts';
import { screenIn } from './screens.ts';

describe('the heat map', () => {
  const cellAt = (view: ReturnType<typeof heatView>, day: number, slot: number) => {
    const found = view.rows[day]?.cells.find((one) => one.slot === slot);
    if (!found) throw new Error('not shown');
    return found;
  };

  it('shows half hours from the first that is open to the last, closed and unknown told apart from zero', () => {
    const view = heatView({
      measure: 'entered',
      heat: heat((day, slot) => {
        if (day === 6) return slot === 20 ? cell(0, { openDays: 0 }) : closed;
        if (slot === 16 && day === 0) return cell(2, { openDays: 0 });
        return day === 2 && slot === 20 ? cell(null) : day === 3 && slot === 20 ? cell(0) : undefined;
      }),
    });
    expect([view.slots[0], view.slots.at(-1)]).toEqual([16, 35]);
    expect([cellAt(view, 0, 16), cellAt(view, 1, 16), cellAt(view, 6, 20)].map(({ state }) => state)).toEqual([
      'known',
      'closed',
      'closed',
    ]);
    expect(cellAt(view, 2, 20).state).toBe('unknown');
    expect(cellAt(view, 3, 20)).toMatchObject({ state: 'known', depth: 0 });
    expect(heatView({ measure: 'entered', heat: heat(() => closed) }).slots).toEqual([]);
    // A few people all night, in a zone that never closes.
    const nights = heat((_day, slot) => (slot < 17 || slot > 35 ? cell(1, { openDays: 0 }) : undefined));
    const { slots } = heatView({ measure: 'entered', heat: nights });
    expect([slots[0], slots.at(-1)]).toEqual([15, 37]);
  });

  it('is dark where much happens, or where few are called in time, and never where all is well', () => {
    const busy = heatView({
      measure: 'entered',
      heat: heat((day, slot) => (day === 1 && slot === 20 ? cell(80) : undefined)),
    });
    expect([cellAt(busy, 1, 20).depth, cellAt(busy, 0, 20).depth]).toEqual([1, 0.25]);
    expect(busy.scale).toEqual({ light: 0, dark: 80 });
    const share = heatView({
      measure: 'withinLimitShare',
      heat: heat((day, slot) => (slot < 17 || slot > 35 ? closed : cell(day === 1 && slot === 20 ? 0.5 : 0.99))),
    });
    expect(cellAt(share, 1, 20)).toMatchObject({ depth: 1, isTop: true });
    expect(cellAt(share, 0, 20).depth).toBeLessThan(0.05);
    const well = heatView({ measure: 'withinLimitShare', heat: heat(() => cell(0.98)) });
    expect(well.rows[0]?.cells[0]).toMatchObject({ isTop: false });
    expect(well.scale.dark).toBe(0.8);
  });

  it('numbers the tops, and none where many are equal', () => {
    const tops = heatView({
      measure: 'entered',
      heat: heat((day, slot) => (slot === 20 ? cell(60 + day) : undefined)),
    });
    const numbered = tops.rows.flatMap(({ cells }) => cells.filter(({ isTop }) => isTop)).map(({ median }) => median);
    expect(numbered).toEqual([62, 63, 64, 65, 66]);
    const flat = heatView({ measure: 'entered', heat: heat() });
    expect(flat.rows.flatMap(({ cells }) => cells).some(({ isTop }) => isTop)).toBe(false);
  });

  it('says each cell in words', () => {
    const view = heatView({
      measure: 'waitMeanS',
      heat: heat((day, slot) =>
        day === 0 && slot === 20 ? cell(252, { days: 3, p10: 60, p90: 600 }) : day === 1 ? cell(null) : undefined,
      ),
    });
    const said = (day: number, slot: number) => cellText(cellAt(view, day, slot), 'waitMeanS', screenIn('zh-CN'));
    expect(said(0, 20)).toBe('周一 10:00–10:30：中位数 4.2 分钟，P10 至 P90 为 1.0–10.0，3/4 天有数据');
    expect(said(1, 20)).toBe('周二 10:00–10:30：无人叫号');
    expect(clockOf(47)).toBe('23:30');
    expect(slotsBetween('23:30', '24:00')).toEqual({ first: 47, end: 48 });
  });
});

describe('the table', () => {
  const rows = rowsOf({
    today: [hallToday('b', { change: -0.5 }), hallToday('a'), hallToday('c', { change: null, reason: 'reading' })],
    live: new Map([
      ['a', summary('a', { longestSince: 5_000, enteredToday: 7 })],
      ['b', summary('b', { longestSince: 1_000, enteredToday: null, waiting: null })],
      ['late', summary('late', { longestSince: null })],
    ]),
    past: [hallRow('a', { entered: 29 }), hallRow('b', { entered: 900 })],
  });
  const order = (by: Sort['by'], down: boolean) =>
    sortedIds(rows.values(), { by, down }, { nameOf: ({ id }) => id, locale: 'en' }).join(' ');

  it('has a row for every hall that anything is known of, unknown ones last either way', () => {
    expect(order('name', false)).toBe('a b c late');
    expect(order('name', true)).toBe('late c b a');
    expect(order('change', true)).toBe('a b c late');
    expect(order('change', false)).toBe('b a c late');
    expect(order('entered', true)).toBe('b a c late');
  });

  it('puts the longest wait first, and goes by the live number of today', () => {
    expect(order('longest', true)).toBe('b a c late');
    expect(order('longest', false)).toBe('a b c late');
    // b's doors are not known now, whatever was read before; c has no live row.
    expect(order('enteredToday', false)).toBe('a c late b');
  });

  it('greys halls of under thirty people, and sums what is known', () => {
    expect([...rows.values()].filter(isSmall).map(({ id }) => id)).toEqual(['a']);
    expect(knownSum([1, null, 3])).toEqual({ sum: 4, isAll: false });
    expect(knownSum([0, 0])).toEqual({ sum: 0, isAll: true });
    expect(knownSum([null])).toEqual({ sum: null, isAll: false });
  });
});

describe('the period', () => {
  it('is whole weeks up to yesterday, or the last month', () => {
    const today = '2026-03-01';
    expect(presetPeriod('weeks4', today)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(presetPeriod('month', today)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(presetPeriod('month', '2026-01-31')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    for (const preset of presets) expect(periodFault(presetPeriod(preset, today), today)).toBeNull();
    expect([presetPeriod('week', today), presetPeriod('weeks12', today)].map(dayCount)).toEqual([7, 84]);
  });

  it.each([
    [{ from: '2026-02-30', to: '2026-03-01' }, 'not-a-date'],
    [{ from: '', to: '2026-03-01' }, 'not-a-date'],
    [{ from: '2026-03-02', to: '2026-03-01' }, 'backwards'],
    [{ from: '2026-03-01', to: '2026-11-23' }, 'not-over'],
    [{ from: '2025-10-18', to: '2026-03-01' }, 'too-early'],
    [{ from: '2025-10-19', to: '2026-11-22' }, null],
    [{ from: '2026-11-22', to: '2026-11-22' }, null],
  ])('%o is %s', (period, fault) => {
    expect(periodFault(period, '2026-11-23')).toBe(fault);
  });

  it('stands in the address with what else was chosen, and the language stays', () => {
    const href = 'http://localhost/region/r?lang=en';
    const own = { hall: 'a', measure: 'waitMeanS', period: { from: '2026-01-01', to: '2026-01-31' } } as const;
    for (const choice of [firstChoice, own, { ...own, period: 'month' as const }]) {
      const address = withChoice(withChoice(href, own), choice);
      expect(readChoice(new URL(address).search)).toEqual(choice);
      expect(address).toContain('lang=en');
    }
    expect(withChoice(href, firstChoice)).toBe(href);
    expect(readChoice('?measure=fun&period=ever&from=2026-01-01')).toEqual(firstChoice);
  });
});

describe('numbers', () => {
  it('read as people write them', () => {
    expect([countText(1_204, 'zh-CN'), countText(0, 'en'), minutesText(852, 'en')]).toEqual(['1,204', '0', '14.2']);
    expect([shareText(0.9499, 'en', 1), shareText(0.57, 'en'), shareText(1, 'en', 1)]).toEqual([
      '94.9%',
      '57%',
      '100.0%',
    ]);
    expect([dayText('2026-11-18', 'zh-CN'), dayText('2026-11-18', 'en')]).toEqual(['11月18日', 'Nov 18']);
    expect([weekdayText('mon', 'zh-CN'), weekdayText('sun', 'en')]).toEqual(['周一', 'Sun']);
  });

  it('are short in cells', () => {
    const short = (value: number, measure: Parameters<typeof measureText>[0] = 'entered') =>
      measureText(measure, value, 'en', true);
    expect([short(3.5), short(999), short(2_862), short(0.876, 'withinLimitShare'), short(252, 'waitMeanS')]).toEqual([
      '4',
      '999',
      '2.9K',
      '87%',
      '4',
    ]);
    // Chinese has no word for a thousand: 1100 would be taken for what was counted.
    expect([1_142, 9_999, 28_620].map((value) => measureText('entered', value, 'zh-CN', true))).toEqual([
      '1142',
      '9999',
      '2.9万',
    ]);
    expect([measureText('entered', 3.5, 'en'), measureText('entered', 75.5, 'en')]).toEqual(['3.5', '76']);
  });
});
