// Kinds of day in words: one day of a kind, and several of them as in "8 Mondays" and "近 8 个周一".
import type { Words } from '../contracts/http.ts';
import { weekdays } from '../contracts/names.ts';

/** A kind of day: equal keys are like days. */
export interface DayKind {
  key: string;
  one: Words;
  many: Words;
}

/** A kind in words that read the same for one day and for several in Chinese. */
function kind(key: string, zh: string, one: string, many: string): DayKind {
  return { key, one: { 'zh-CN': zh, en: one }, many: { 'zh-CN': zh, en: many } };
}

const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const numerals = ['一', '二', '三', '四', '五', '六', '日'];

/** Monday is 1. */
export const weekdayKinds = weekdays.map((key, i) => kind(key, `周${numerals[i]}`, names[i] ?? '', `${names[i]}s`));
export const workedKinds = weekdays.map((key, i) =>
  kind(
    `worked-${key}`,
    `调休上班的周${numerals[i]}`,
    `${names[i]} worked as a weekday`,
    `${names[i]}s worked as weekdays`,
  ),
);
export const groups = {
  weekday: kind('weekday', '工作日', 'weekday', 'weekdays'),
  weekend: kind('weekend', '周末', 'weekend day', 'weekend days'),
  worked: kind('worked', '调休上班日', 'weekend day worked as a weekday', 'weekend days worked as weekdays'),
  holiday: kind('holiday', '节假日', 'holiday', 'holidays'),
  closed: kind('closed', '闭厅日', 'closed day', 'closed days'),
  bill: kind('bill', '账单日', 'bill day', 'bill days'),
  pay: kind('pay', '发薪日', 'pay day', 'pay days'),
  schoolStart: kind('school-start', '开学季', 'school start', 'days of school start'),
  beforeSpring: kind('spring-before', '春节前的日子', 'before Spring Festival', 'days before Spring Festival'),
  spring: kind('spring', '春节期间', 'Spring Festival', 'days of Spring Festival'),
  afterSpring: kind('spring-after', '春节后的日子', 'after Spring Festival', 'days after Spring Festival'),
};

/** A holiday or campaign by its name: years have the same kind where the English name is the same. */
export function namedKind(prefix: 'holiday' | 'campaign', name: Words): DayKind {
  const slug = name.en
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return {
    key: `${prefix}:${slug}`,
    one: name,
    many: { 'zh-CN': `“${name['zh-CN']}”的日子`, en: `days of “${name.en}”` },
  };
}

/** A day by its distance from lunar new year's day. */
export function springKind(offset: number): DayKind {
  const key = `spring${offset < 0 ? '' : '+'}${offset}`;
  if (offset < 0) {
    const days = `${-offset} day${offset === -1 ? '' : 's'}`;
    return kind(key, `春节前 ${-offset} 天`, `${days} before Spring Festival`, `days ${days} before Spring Festival`);
  }
  if (offset < 15) {
    const one = offset === 0 ? 'lunar new year’s day' : `day ${offset + 1} of the lunar year`;
    return kind(
      key,
      `正月${lunarDay(offset + 1)}`,
      one,
      offset === 0 ? 'lunar new year’s days' : `days ${offset + 1} of the lunar year`,
    );
  }
  return kind(
    key,
    `春节后 ${offset} 天`,
    `${offset} days after Spring Festival`,
    `days ${offset} days after Spring Festival`,
  );
}

const tens = ['初', '十'];

/** 初一 to 十五, as days of a lunar month are called. */
function lunarDay(day: number): string {
  const digits = ['十', ...numerals.slice(0, 6), '七', '八', '九'];
  return day === 10 ? '初十' : `${tens[Math.floor(day / 10)]}${digits[day % 10]}`;
}
