// A view that leaves something out: all that the wall sums up is of the whole hall, and how much isn't shown is said.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deskTally } from '../../../dashboard/src/wall/desks.ts';
import { deviceGroups } from '../../../dashboard/src/wall/devices.ts';
import { queueNote } from '../../../dashboard/src/wall/queue-note.ts';
import { quoteCheck } from '../../../dashboard/src/wall/quotes.ts';
import { availabilityPercent, condition } from '../../../dashboard/src/wall/terminals.ts';
import { hallShare, longestWait } from '../../../dashboard/src/wall/waits.ts';
import type { DeskLive, HallLive } from '../../../server/contracts/hall-live.ts';
import { deskStates, deviceKinds, severities, terminalStates } from '../../../server/contracts/names.ts';
import { fitLiveView } from '../../../server/push/fit-live-view.ts';
import { at10, device, hallLive, service, terminal } from './hall-live.ts';

const few = fc.nat({ max: 40 });
const aService = fc.record({
  calledToday: few,
  withinLimitToday: few,
  longestSince: fc.option(fc.integer({ min: at10 - 3_600_000, max: at10 })),
  targetShare: fc.constantFrom(0.9, 0.95),
  quoteCheck: fc.option(
    fc.record({ date: fc.constantFrom('2026-11-20', '2026-11-21'), n: few, offS: few, coverage: fc.constant(0.8) }),
  ),
});
const aDevice = fc.record({
  kind: fc.constantFrom(...deviceKinds),
  online: fc.constantFrom(true, false, null),
  reason: fc.constantFrom(null, 'zone-off' as const, 'silent' as const),
});
const aTerminal = fc.record({
  state: fc.constantFrom(null, ...terminalStates),
  severity: fc.constantFrom(...severities),
  availabilityToday: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});
const desk = (id: string, state: DeskLive['state']): DeskLive => ({
  id,
  state,
  ticket: null,
  service: null,
  since: at10,
  until: null,
  reason: null,
  probablyGone: false,
});

const anyHall = fc
  .record({
    services: fc.array(aService, { minLength: 30, maxLength: 60 }),
    desks: fc.array(fc.constantFrom(...deskStates), { minLength: 40, maxLength: 80 }),
    machines: fc.array(fc.tuple(aDevice, aTerminal), { minLength: 60, maxLength: 150 }),
  })
  .map(({ services, desks, machines }) =>
    hallLive({
      services: services.map((more, i) => service(`s${i}`, more)),
      desks: desks.map((state, i) => desk(`d${i}`, state)),
      devices: machines.map(([one], i) => device(`m${i}`, one.kind, one)),
      terminals: machines.flatMap(([{ kind }, one], i) =>
        kind === 'terminal' ? [terminal({ id: `m${i}`, ...one })] : [],
      ),
    }),
  );

/** All that the wall says of a hall in sum. */
function sums(live: HallLive) {
  return {
    share: hallShare(live),
    check: quoteCheck(live),
    desks: deskTally(live),
    condition: condition(live),
    availability: availabilityPercent(live),
    devices: deviceGroups(live).map(({ devices: _, more: _more, ...totals }) => totals),
    longest: longestWait(live.services, (since) => at10 - since)?.waitMs,
  };
}

describe('a truncated view', () => {
  it('sums up the whole hall, and says how much isn’t there', () => {
    fc.assert(
      fc.property(anyHall, fc.integer({ min: 7_000, max: 16_000 }), (whole, bytes) => {
        const pushed = fitLiveView(whole, bytes);
        expect(pushed.truncated).not.toBeNull();
        expect(sums(pushed)).toEqual(sums(whole));
        const groups = deviceGroups(pushed);
        expect(groups.reduce((sum, { more }) => sum + more, 0)).toBe(pushed.truncated?.devices);
      }),
      { numRuns: 60 },
    );
  });
});

describe('numbers of the queue that aren’t good', () => {
  it('have words, with or without a reason', () => {
    expect(queueNote({ quality: 'good' }, null)).toBeNull();
    expect(queueNote({ quality: 'doubtful' }, null)).toBe('queue.doubtful');
    expect(queueNote({ quality: 'doubtful' }, 'clock')).toBe('queue.reason.clock');
    expect(queueNote({ quality: 'unknown' }, 'silent')).toBe('queue.reason.silent');
  });
});
