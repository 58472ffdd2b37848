// One quarter of an hour of a hall as points: by the minute, in all, by service and by terminal. Everything follows from the
// hall's books and what was counted, so that a slot rolled up again gives the same points.

import type { Books } from '../../hall/books.ts';
import { isWrongAt } from '../../hall/clocks.ts';
import { deskMoments } from '../../hall/desk-past.ts';
import { unheardSpans } from '../../hall/liveness.ts';
import type { Span } from '../../hall/spans.ts';
import { overlapMs } from '../../hall/spans.ts';
import { wholeHall } from '../../hall/tally.ts';
import type { Point } from '../points.ts';
import { addTimes, deskTime } from './desk-time.ts';
import type { DoorMinute } from './door-minutes.ts';
import { doorMinutes } from './door-minutes.ts';
import type { QueueRow } from './queue-rows.ts';
import { countMark, emptyRow, queueFields, seconds } from './queue-rows.ts';
import { isToldOf } from './queue-told.ts';
import type { CountedAt } from './span.ts';
import { bounded, minuteMs, slotMs } from './span.ts';
import { terminalFields } from './terminal-row.ts';

interface Asked {
  books: Books;
  counted: CountedAt;
  simulated: boolean;
  /** Beginning of the slot, epoch ms. */
  slot: number;
  now: number;
  /** It was rolled up before: what has become zero since must be written, too, but nothing of which nobody ever told. */
  again?: boolean;
}

type Fields = Point['fields'];

/** Points of a slot as of `now`; none of it that lies ahead, and none of which nothing is known. */
export function slotPoints({ books, counted, simulated, slot, now, again = false }: Asked): Point[] {
  const { config } = books;
  const span = { from: slot, to: slot + slotMs, now };
  const doors = doorMinutes(books, counted, span);
  const queue = queueOf(books, { ...span, again });
  const on = onSpans(books, span);
  const isOn = (at: number) => on.some(({ from, to }) => at >= from && at < to);
  const points: Point[] = [];
  const put = (measurement: Point['measurement'], tags: Point['tags'], at: number, fields: Fields) => {
    const isKnown = Object.values(fields).some((value) => value !== null);
    if (isKnown) points.push({ measurement, tags, at: at * 1000, fields: { ...fields, simulated } });
  };
  const hall = { hall: config.id };
  const since = Math.min(
    ...config.file.doors.map(({ id }) => books.state.presence.get(id)?.firstAt ?? Number.POSITIVE_INFINITY),
  );
  for (const minute of doors) {
    const fields = {
      ...doorFields([minute], since < minute.at + minuteMs),
      ...queue.fieldsOf({ from: minute.at, to: minute.at + minuteMs }),
    };
    if (minute.at < now && (again || isOn(minute.at) || isBusy(fields))) put('hall_minute', hall, minute.at, fields);
  }
  put('hall_slot', hall, slot, { ...doorFields(doors, since < slot + slotMs), ...queue.fieldsOf(span) });
  for (const { id } of config.file.services) {
    put('service_slot', { ...hall, service: id }, slot, queue.serviceFields(id));
  }
  for (const device of config.devices.values()) {
    const fields = device.terminal ? terminalFields(books, device, counted, span) : null;
    if (fields) put('terminal_slot', { ...hall, device: device.id }, slot, fields);
  }
  return points;
}

/** `knownS` 0 says that the number inside wasn't known: it is written, since nothing written can be unsaid. */
function doorFields(minutes: readonly DoorMinute[], isHeardEver: boolean): Fields {
  if (!isHeardEver) return {};
  const known = minutes.filter(({ knownMs }) => knownMs > 0);
  const isHeard = minutes.some((minute) => minute.isHeard);
  return {
    entered: isHeard ? total(minutes, ({ entered }) => entered) : null,
    left: isHeard ? total(minutes, ({ left }) => left) : null,
    occupancyS: seconds(total(known, ({ inside, knownMs }) => Math.max(0, inside) * knownMs)),
    occupancyMax: known.length > 0 ? bounded(Math.max(0, ...known.map(({ inside }) => inside))) : null,
    knownS: seconds(total(known, ({ knownMs }) => knownMs)),
  };
}

function total<T>(rows: readonly T[], value: (row: T) => number): number {
  return bounded(rows.reduce((sum, row) => sum + value(row), 0));
}

/** The queue of a slot, which can be asked about any part of it. */
function queueOf(books: Books, span: Span & { now: number; again: boolean }) {
  const { ledger, config, state } = books;
  const marks = ledger.marksWithin(span.from, span.to, span.now).map(({ ms, ...mark }) => {
    const isWrong = (at: number) => isWrongAt(state, config.file.queueMachines, at);
    return ms === undefined || isWrong(mark.at) || isWrong(mark.at - ms) ? mark : { ...mark, ms };
  });
  const end = Math.min(span.to, span.now);
  const desks = config.file.desks.map(({ id }) => deskMoments(books, id, span.from, Math.max(end, span.from + 1)));
  // Where visits were dropped at a bound, what was told of them before stays.
  const isWhole = span.from >= books.state.foldedUntil;
  const isHeard = isWhole && (marks.length > 0 || isMachineHeard(books, span) || (span.again && isToldOf(books, span)));
  const rowOf = (within: Span, service: string | null): QueueRow => {
    const row = emptyRow();
    for (const mark of marks) {
      if (mark.at >= within.from && mark.at < within.to && (service === null || mark.service === service))
        countMark(row, mark);
    }
    return row;
  };
  return {
    fieldsOf: (within: Span): Fields => {
      if (!isHeard) return {};
      const time = addTimes(desks.map((moments) => deskTime(moments, end, within)));
      return {
        ...queueFields(
          rowOf(within, null),
          ledger.tally.peakWaiting(wholeHall, within.from, Math.min(within.to, span.now)),
        ),
        desksOpenS: time.isKnown ? seconds(time.openMs) : null,
        desksBusyS: time.isKnown ? seconds(time.busyMs) : null,
      };
    },
    serviceFields: (service: string): Fields =>
      isHeard ? queueFields(rowOf(span, service), ledger.tally.peakWaiting(service, span.from, end)) : {},
  };
}

/** True when a queue machine was there for some of the span: what it didn't send then is zero. */
function isMachineHeard({ state, config }: Books, { from, to, now }: Span & { now: number }): boolean {
  const whole = { from, to: Math.min(to, now) };
  if (whole.to <= from) return false;
  return config.file.queueMachines.some(
    ({ id }) => overlapMs(unheardSpans(state, id, { ...whole, now }), [whole]) < whole.to - from,
  );
}

/** When a zone of the hall is on, of the days that the span touches: then its minutes are kept; at night only those in which anything happened. */
function onSpans({ config }: Books, { from, to }: Span): Span[] {
  const { days } = config;
  const dates = new Set([days.of(from).date, days.of(to - 1).date]);
  const all = [config.hours, ...config.zoneHours.values()];
  return [...dates].flatMap((date) => all.flatMap((hours) => hours.on(date)));
}

function isBusy(fields: Fields): boolean {
  const { knownS: _, desksOpenS: _open, ...counts } = fields;
  return Object.values(counts).some((value) => typeof value === 'number' && value > 0);
}
