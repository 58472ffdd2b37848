// What the schema can't say about calendar.yaml.
import type { CalendarFile, HallFile } from '../contracts/registry.ts';
import { perhaps } from './nearest.ts';
import type { Place } from './places.ts';
import { each, hoursFix, inOrder, isDate, textsAt } from './places.ts';
import type { ConfigFault, YamlFile } from './yaml-file.ts';

const spans = ['schoolStart', 'campaigns', 'leaveOut'] as const;
const lists = ['days', 'monthly', ...spans] as const;

/** Real dates in order, known halls, one entry a hall and date, working days that fall on weekends. */
export function checkCalendar(file: YamlFile<CalendarFile>, halls: YamlFile<HallFile>[]): ConfigFault[] {
  const ids = halls.flatMap((hall) => textsAt(hall.raw, ['id'])).map(({ text }) => text);
  const known = new Set(ids);
  // A hall whose file can't be read has no id that anybody knows.
  const areAllRead = halls.every(({ raw }) => raw !== null);
  const faults: ConfigFault[] = [];
  const dates = [
    textsAt(file.raw, ['days', each, 'date']),
    ...spans.flatMap((list) => (['from', 'to'] as const).map((end) => textsAt(file.raw, [list, each, end]))),
  ];
  for (const { path, text } of dates.flat()) {
    if (!isDate(text)) faults.push(file.fault(path, `no such day: ${text}`, 'write a date as YYYY-MM-DD'));
  }
  for (const { path, text } of textsAt(file.raw, ['days', each, 'hours'])) {
    if (!inOrder(text)) faults.push(file.fault(path, `"${text}" isn't in order`, hoursFix(text)));
  }
  for (const { path, text } of lists.flatMap((list) => textsAt(file.raw, [list, each, 'halls', each]))) {
    if (areAllRead && !known.has(text)) faults.push(file.fault(path, `no hall "${text}"`, hallFix(text, ids)));
  }
  return [...faults, ...backwardSpans(file), ...wrongWorkdays(file), ...takenTwice(file, ids)];
}

/** A province has thousands. */
const mostNamed = 40;

function hallFix(text: string, ids: string[]): string {
  if (ids.length === 0) return 'no hall is defined: add its file to halls, or leave it out';
  return `write some of: ${ids.slice(0, mostNamed).join(', ')}${perhaps(text, ids)}`;
}

function backwardSpans(file: YamlFile<CalendarFile>): ConfigFault[] {
  return spans.flatMap((list) => {
    const starts = byEntry(textsAt(file.raw, [list, each, 'from']));
    return textsAt(file.raw, [list, each, 'to']).flatMap(({ path, text }) => {
      const from = starts.get(path[1])?.[0];
      if (from === undefined || text >= from) return [];
      return [file.fault(path, `${text} is before ${from}`, 'write the last day, or leave it out for one day')];
    });
  });
}

/** A workday is a weekend day worked as a weekday: on any other day it is most often a slip in the date. */
function wrongWorkdays(file: YamlFile<CalendarFile>): ConfigFault[] {
  const dates = byEntry(textsAt(file.raw, ['days', each, 'date']));
  return textsAt(file.raw, ['days', each, 'kind']).flatMap(({ path, text }) => {
    const date = dates.get(path[1])?.[0];
    if (text !== 'workday' || date === undefined || !isDate(date)) return [];
    const { dayOfWeek } = Temporal.PlainDate.from(date);
    if (dayOfWeek > 5) return [];
    return [file.fault(path, `${date} is no Saturday or Sunday`, 'correct the date, or remove the entry')];
  });
}

function takenTwice(file: YamlFile<CalendarFile>, ids: string[]): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const taken = new Set<string>();
  const named = byEntry(textsAt(file.raw, ['days', each, 'halls', each]));
  for (const { path, text: date } of textsAt(file.raw, ['days', each, 'date'])) {
    const own = named.get(path[1]) ?? ids;
    for (const key of own.map((id) => `${id} has two entries for ${date}`)) {
      if (taken.has(key)) faults.push(file.fault(path.slice(0, 2), key, 'keep one of them'));
      taken.add(key);
    }
  }
  return faults;
}

/** Texts by the entry of a list that they stand in. */
function byEntry(places: Place[]): Map<string | number | undefined, string[]> {
  const texts = new Map<string | number | undefined, string[]>();
  for (const { path, text } of places) texts.getOrInsertComputed(path[1], () => []).push(text);
  return texts;
}
