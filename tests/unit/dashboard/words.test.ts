import { describe, expect, it } from 'vitest';
import { common } from '../../../dashboard/src/messages/common.ts';
import { chooseLocale, localeOf } from '../../../dashboard/src/messages/locales.ts';
import { dictionaries as quarantine } from '../../../dashboard/src/messages/quarantine.ts';
import { dictionaries as region } from '../../../dashboard/src/messages/region.ts';
import type { WallKey } from '../../../dashboard/src/messages/wall.ts';
import { say, dictionaries as wall } from '../../../dashboard/src/messages/wall.ts';
import type { Part } from '../../../dashboard/src/ui/durations.ts';
import { coarseText, exactParts, limitText } from '../../../dashboard/src/ui/durations.ts';
import { clockText, dateText, momentText } from '../../../dashboard/src/ui/times.ts';
import type { Locale } from '../../../server/contracts/names.ts';
import { at10 } from './hall-live.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const read = (parts: Part[]) => parts.map(({ text, unit }) => `${text} ${unit}`).join(' ');

describe('durations read as durations', () => {
  it('to the second below an hour', () => {
    expect(read(exactParts(0, 'zh-CN'))).toBe('0 秒');
    expect(read(exactParts(45_999, 'zh-CN'))).toBe('45 秒');
    expect(read(exactParts(16 * minute + 20 * second, 'zh-CN'))).toBe('16 分 20 秒');
    expect(read(exactParts(16 * minute + 5 * second, 'en'))).toBe('16 min 05 s');
  });

  it('to the minute from an hour on, without parts that are zero', () => {
    expect(read(exactParts(3 * hour + 25 * minute + 59 * second, 'zh-CN'))).toBe('3 小时 25 分');
    expect(read(exactParts(2 * hour, 'en'))).toBe('2 h');
    expect(coarseText(26 * hour + 59 * minute, 'en')).toBe('1 d 2 h');
    expect(coarseText(12 * minute + 59 * second, 'zh-CN')).toBe('12 分钟');
  });

  it('with words below a minute, and never below zero', () => {
    expect(coarseText(59_999, 'zh-CN')).toBe('刚刚');
    expect(coarseText(-hour, 'en')).toBe('just now');
    expect(read(exactParts(-1, 'en'))).toBe('0 s');
  });

  it('for limits of any length', () => {
    expect(limitText(900, 'zh-CN')).toBe('15 分钟');
    expect(limitText(90, 'en')).toBe('1 min 30 s');
    expect(limitText(30, 'zh-CN')).toBe('30 秒');
    expect(limitText(0, 'en')).toBe('');
  });
});

describe("times are the hall's", () => {
  it('in its time zone, on 24 hours', () => {
    expect(clockText(at10, 'Asia/Shanghai', 'zh-CN')).toBe('10:00:00');
    expect(clockText(at10, 'Asia/Shanghai', 'en')).toBe('10:00:00');
    expect(clockText(at10, 'America/Los_Angeles', 'en')).toBe('18:00:00');
    expect(clockText(at10 - 10 * hour, 'Asia/Shanghai', 'en')).toBe('00:00:00');
  });

  it('with the date, and with the date before a time of another day', () => {
    expect(dateText(at10, 'Asia/Shanghai', 'zh-CN')).toBe('11月22日星期日');
    expect(dateText(at10, 'America/Los_Angeles', 'en')).toBe('Saturday, November 21');
    expect(momentText(at10 - 9 * hour, at10, 'Asia/Shanghai', 'zh-CN')).toBe('01:00');
    expect(momentText(at10 - 11 * hour, at10, 'Asia/Shanghai', 'zh-CN')).toBe('11月21日 23:00');
    expect(momentText(at10 + 24 * hour, at10, 'Asia/Shanghai', 'en')).toBe('Nov 23 10:00');
  });
});

const pages: [string, Record<Locale, Record<string, string>>][] = Object.entries({ wall, region, quarantine });

describe.each(pages)('the words of the %s page', (_page, { 'zh-CN': zhCN, en }) => {
  const holes = (text: string | undefined) => (text?.match(/\{\w+\}/g) ?? []).sort();

  it('are there in both languages, under the same keys, with the same holes', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zhCN));
    for (const [key, text] of Object.entries(zhCN)) {
      expect(en[key]?.trim(), key).not.toBe('');
      expect(holes(en[key]), key).toEqual(holes(text));
    }
  });

  it('P2: has the words for a cut feed and a stuck ingest for nothing else', () => {
    for (const words of [zhCN, en]) {
      for (const key of ['feed.cut', 'feed.stale', 'feed.live']) {
        const holders = Object.entries(words).filter(([, text]) => text.includes(words[key] ?? ''));
        expect(holders.map(([name]) => name)).toEqual([key]);
      }
    }
  });

  it('leave the common words as they are', () => {
    expect(zhCN).toMatchObject(common['zh-CN']);
    expect(en).toMatchObject(common.en);
  });
});

describe('a sentence', () => {
  it('has its holes filled, and leaves one alone that nothing fills', () => {
    expect(say('en', 'occupancy.capacity', { capacity: 60 })).toBe('Capacity 60');
    expect(say('en', 'occupancy.capacity')).toBe('Capacity {capacity}');
  });

  it('of a word that only a newer server knows reads as unknown', () => {
    expect(say('zh-CN', 'device.reason.struck-by-lightning' as WallKey)).toBe('未知');
  });
});

describe('the language of a page', () => {
  it('is what its address asks, else what was chosen before, else zh-CN', () => {
    expect(chooseLocale('en', 'zh-CN')).toBe('en');
    expect(chooseLocale(null, 'en')).toBe('en');
    expect(chooseLocale(null, null)).toBe('zh-CN');
    expect(chooseLocale('tlh', 'en')).toBe('en');
  });

  it('is recognised in the forms that people write', () => {
    expect(['zh', 'zh-CN', 'ZH-cn'].map(localeOf)).toEqual(['zh-CN', 'zh-CN', 'zh-CN']);
    expect(['en', 'en-GB'].map(localeOf)).toEqual(['en', 'en']);
    expect(['', 'english', null, undefined].map(localeOf)).toEqual([null, null, null, null]);
  });
});
