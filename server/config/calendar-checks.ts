// What the schema can't say about calendar.yaml.
import type { CalendarFile, HallFile } from '../contracts/registry.ts';
import { each, inOrder, isDate, textsAt } from './places.ts';
import type { ConfigFault, YamlFile } from './yaml-file.ts';

const spans = ['schoolStart', 'campaigns', 'leaveOut'] as const;
const lists = ['days', 'monthly', ...spans] as const;

/** Real dates in order, known halls, one entry a hall and date, working days that fall on weekends. */
export function checkCalendar(file: YamlFile<CalendarFile>, halls: YamlFile<HallFile>[]): ConfigFault[] {
  const ids = halls.flatMap((hall) => textsAt(hall.raw, ['id'])).map(({ text }) => text);
  const faults: ConfigFault[] = [];
  const dates = [
    textsAt(file.raw, ['days', each, 'date']),
    ...spans.flatMap((list) => (['from', 'to'] as const).map((end) => textsAt(file.raw, [list, each, end]))),
  ];
  for (const { path, text } of dates.flat()) {
    if (!isDate(text)) faults.push(file.fault(path, `no such day: ${text}`, 'write a date as YYYY-MM-DD'));
  }
  for (const { path, text } of textsAt(file.raw, ['days', each, 'hours'])) {
    if (!inOrder(text)) faults.push(file.fault(path, `"${text}" isn't in order`, 'write openings in order'));
  }
  for (const { path, text } of lists.flatMap((list) => textsAt(file.raw, [list, each, 'halls', each]))) {
    if (!ids.includes(text)) faults.push(file.fault(path, `no hall "${text}"`, `write some of: ${ids.join(', ')}`));
  }
  return [...faults, ...backwardSpans(file), ...wrongWorkdays(file), ...takenTwice(file, ids)];
}

function backwardSpans(file: YamlFile<CalendarFile>): ConfigFault[] {
  return spans.flatMap((list) =>
    textsAt(file.raw, [list, each, 'to']).flatMap(({ path, text }) => {
      const from = textsAt(file.raw, [list, each, 'from']).find((start) => start.path[1] === path[1])?.text;
      if (from === undefined || text >= from) return [];
      return [file.fault(path, `${text} is before ${from}`, 'write the last day, or leave it out for one day')];
    }),
  );
}

/** A workday is a weekend day worked as a weekday: on any other day it is most often a slip in the date. */
function wrongWorkdays(file: YamlFile<CalendarFile>): ConfigFault[] {
  return textsAt(file.raw, ['days', each, 'kind']).flatMap(({ path, text }) => {
    const date = textsAt(file.raw, ['days', each, 'date']).find((day) => day.path[1] === path[1])?.text;
    if (text !== 'workday' || date === undefined || !isDate(date)) return [];
    const { dayOfWeek } = Temporal.PlainDate.from(date);
    if (dayOfWeek > 5) return [];
    return [file.fault(path, `${date} is no Saturday or Sunday`, 'correct the date, or remove the entry')];
  });
}

function takenTwice(file: YamlFile<CalendarFile>, ids: string[]): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const taken = new Set<string>();
  const named = textsAt(file.raw, ['days', each, 'halls', each]);
  for (const { path, text: date } of textsAt(file.raw, ['days', each, 'date'])) {
    const own = named.filter((hall) => hall.path[1] === path[1]).map(({ text }) => text);
    for (const key of (own.length > 0 ? own : ids).map((id) => `${id} has two entries for ${date}`)) {
      if (taken.has(key)) faults.push(file.fault(path.slice(0, 2), key, 'keep one of them'));
      taken.add(key);
    }
  }
  return faults;
}
