// How a terminal spent a span of time: every ms of it is one thing.
import type { DeviceConfig } from '../../config/hall-config.ts';
import { hoursOf } from '../../config/hall-config.ts';
import type { Books } from '../../hall/books.ts';
import { unheardOf } from '../../hall/heard.ts';
import type { Span } from '../../hall/spans.ts';
import { overlapMs, without } from '../../hall/spans.ts';
import type { TerminalPicture } from '../../hall/terminals.ts';
import { hasTotals } from '../../hall/totals.ts';
import type { Point } from '../points.ts';
import { seconds } from './queue-rows.ts';
import type { CountedAt } from './span.ts';
import { bounded } from './span.ts';

type Use = 'inService' | 'fault' | 'cabinetOpen';

/** Fields of `terminal_slot` from `from` on, up to but without `to`, as of `now`; null for a terminal not heard of by then. */
export function terminalFields(
  books: Books,
  device: DeviceConfig,
  counted: CountedAt,
  { from, to, now }: Span & { now: number },
): Point['fields'] | null {
  const { state, config, terminals } = books;
  const firstAt = state.presence.get(device.id)?.firstAt ?? null;
  if (!state.terminals.has(device.id) || firstAt === null || firstAt >= to) return null;
  const whole = { from, to: Math.min(to, now) };
  const on = zoneOn(books, device, whole);
  const { gone, missed, unknown } = unheardOf(state, device.id, { ...whole, now });
  const heard = without(on, [...gone, ...missed, ...unknown]);
  const uses: Record<Use, Span[]> = { inService: [], fault: [], cabinetOpen: [] };
  const busy: Span[] = [];
  const pictures = terminals.picturesWithin(device.id, whole.from, whole.to);
  pictures.forEach(({ at, picture }, i) => {
    const span = { from: at, to: pictures[i + 1]?.at ?? whole.to };
    if (!picture) return;
    uses[useOf(picture)].push(span);
    if (picture.busy) busy.push(span);
  });
  const totals = sums(counted(config.id, device.id, from, to));
  const isCounted = hasTotals(state.transactions.get(device.id));
  return {
    inServiceS: seconds(overlapMs(uses.inService, heard)),
    faultS: seconds(overlapMs(uses.fault, heard)),
    unknownS: seconds(overlapMs(on, [whole]) - overlapMs(heard, [whole])),
    serverDownS: seconds(overlapMs(on, missed)),
    offS: seconds(whole.to - whole.from - overlapMs(on, [whole])),
    busyS: seconds(overlapMs(busy, heard)),
    done: isCounted ? bounded(totals.in) : null,
    failed: isCounted ? bounded(totals.out) : null,
  };
}

function useOf({ state, severity }: TerminalPicture): Use {
  if (severity === 'fault') return 'fault';
  return state === 'supervisor' ? 'cabinetOpen' : 'inService';
}

/** When the terminal's zone keeps its hours, of the days that the span touches. */
function zoneOn({ config }: Books, device: DeviceConfig, { from, to }: Span): Span[] {
  const { days } = config;
  const dates = new Set([days.of(from).date, days.of(Math.max(from, to - 1)).date]);
  return [...dates].flatMap((date) => hoursOf(config, device).on(date));
}

function sums(minutes: ReturnType<CountedAt>): { in: number; out: number } {
  return minutes.reduce((sum, one) => ({ in: sum.in + one.in, out: sum.out + one.out }), { in: 0, out: 0 });
}
