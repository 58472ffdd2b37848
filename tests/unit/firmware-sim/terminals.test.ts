import { describe, expect, test } from 'vitest';
import { planDay } from '../../../firmware-sim/devices/plan.ts';
import type { FaultKind } from '../../../firmware-sim/model/fault-kinds.ts';
import type { Fault } from '../../../firmware-sim/model/faults.ts';
import { faultsOf } from '../../../firmware-sim/model/faults.ts';
import { isWithin } from '../../../firmware-sim/model/hall-day.ts';
import type { HallEvent, TerminalStep } from '../../../firmware-sim/model/hall-event.ts';
import type { Profile } from '../../../firmware-sim/model/profile.ts';
import { ordinary } from '../../../firmware-sim/model/profile.ts';
import { simulate } from '../../../firmware-sim/model/simulate.ts';
import { dayOf, simHall } from './halls.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const day = dayOf(simHall());
const opening = day.open[0]?.from ?? 0;
const closing = day.open[0]?.to ?? 0;

/** The hall with one fault of our own from 10:30 for two hours. */
function withFault(kind: FaultKind, device: string, from = opening + 2 * hourMs, to = from + 2 * hourMs) {
  const fault: Fault = { kind, device, from, to };
  return { fault, events: simulate(day, 1, { profile: ordinary, faults: [fault] }) };
}

type Step = { at: number } & TerminalStep;
const stepsOf = (events: readonly HallEvent[], device: string) =>
  events.filter((event): event is Step & HallEvent => event.kind === 'terminal' && event.device === device);
const during = (steps: Step[], { from, to }: Fault) => steps.filter(({ at }) => at >= from && at < to);

describe('terminals on an ordinary day', () => {
  const events = simulate(day, 1);
  const ids = day.hall.file.terminals.map(({ id }) => id);

  test.each(ids)('%s is used, and its totals are those of its uses', (id) => {
    const steps = stepsOf(events, id);
    expect(steps[0]).toMatchObject({ at: day.from, state: 'in-service', busy: false, done: 0, failed: 0 });
    expect(steps.at(-1)?.done).toBeGreaterThan(5);
    for (const [i, after] of steps.slice(1).entries()) {
      const before = steps[i] as Step;
      const more = after.done + after.failed - before.done - before.failed;
      expect([0, 1]).toContain(more);
      if (more === 1) expect(before.busy).toBe(true);
      expect(Object.values(after.stock).every((level) => level >= 0 && level <= 100 && level % 5 === 0)).toBe(true);
    }
  });

  test('a zone that is always open is used at night too, and not much', () => {
    const night = events.filter(({ kind, at }) => kind === 'arrive' && !isWithin(day.open, at));
    expect(night.length).toBeGreaterThan(0);
    const uses = stepsOf(events, 'jf-pay-1').filter(({ at, busy }) => busy && at > closing + hourMs);
    const dayUses = stepsOf(events, 'jf-pay-1').filter(({ at, busy }) => busy && at < closing);
    expect(uses.length).toBeLessThan(dayUses.length / 5);
    const hallHours = stepsOf(events, 'jf-try').filter(({ at, busy }) => busy && at > closing + hourMs);
    expect(hallHours).toEqual([]);
  });

  test('supplies run down with use and are refilled by staff behind an open door', () => {
    const refills = ['2026-11-24', '2026-11-25', '2026-11-26'].flatMap((date) => {
      const seen = simulate(dayOf(simHall(), date), 1);
      return seen.filter((event) => event.kind === 'refill').map((event) => ({ ...event, seen }));
    });
    expect(refills.length).toBeGreaterThan(2);
    for (const { at, device, supply, seen } of refills) {
      const steps = stepsOf(seen, device);
      const before = steps.findLast((step) => step.at < at) as Step;
      const after = steps.find((step) => step.at >= at) as Step;
      expect(before).toMatchObject({ state: 'supervisor', parts: { cabinetDoor: 'open' } });
      expect(after.stock[supply]).toBe(supply === 'cashUnit' ? 0 : 100);
    }
  });
});

describe('a fault shows in the parts, the state and the use', () => {
  const cases: [FaultKind, string, Partial<TerminalStep>, Record<string, string>][] = [
    ['paper-jam', 'jf-pay-1', { state: 'degraded' }, { paper: 'jammed' }],
    ['paper-jam', 'jf-statement', { state: 'out-of-service' }, { paper: 'jammed' }],
    ['cutter', 'jf-statement', { state: 'out-of-service' }, { cutter: 'inoperable' }],
    ['banknote-reader', 'jf-pay-1', { state: 'degraded' }, { banknoteReader: 'inoperable' }],
    ['card-reader', 'jf-pay-3', { state: 'degraded' }, { chipModule: 'inoperable' }],
    ['hardware', 'jf-query', { state: 'out-of-service' }, { device: 'hardwareError' }],
    ['opened', 'jf-sim', { state: 'supervisor' }, { cabinetDoor: 'open' }],
  ];
  test.each(cases)('%s at %s', (kind, device, state, parts) => {
    const { fault, events } = withFault(kind, device);
    const steps = stepsOf(events, device);
    const hit = during(steps, fault);
    expect(hit.length).toBeGreaterThan(0);
    for (const step of hit.filter(({ parts: { cabinetDoor } }) => kind === 'opened' || cabinetDoor === 'closed')) {
      expect(step).toMatchObject({ ...state, parts });
      if (state.state !== 'degraded') expect(step.busy).toBe(false);
    }
    expect(steps.find(({ at }) => at === fault.to)?.state).toBe('in-service');
    expect(events).toContainEqual(expect.objectContaining({ at: fault.from, kind: 'fault', device, fault: kind }));
    expect(events).toContainEqual(expect.objectContaining({ at: fault.to, kind: 'repair', device, fault: kind }));
  });

  test('payments fail while it says that it is in service, and customers take another machine', () => {
    const { fault, events } = withFault('payments-fail', 'jf-pay-1');
    const hit = during(stepsOf(events, 'jf-pay-1'), fault);
    expect(new Set(hit.map(({ state }) => state))).toEqual(new Set(['in-service']));
    const [first, last] = [hit[0] as Step, hit.at(-1) as Step];
    expect(last.failed - first.failed).toBeGreaterThan(3);
    expect(last.done).toBe(first.done);
  });

  test.each(['power', 'frozen'] as const)('%s: it says nothing, and nobody uses it', (kind) => {
    const { fault, events } = withFault(kind, 'jf-pay-1');
    const steps = stepsOf(events, 'jf-pay-1');
    expect(during(steps, fault)).toEqual([]);
    expect(steps.find(({ at }) => at >= fault.to)).toMatchObject({ at: fault.to, busy: false, state: 'in-service' });
  });

  test('with every kiosk broken, those who came to pay take tickets', () => {
    const kiosks = ['jf-pay-1', 'jf-pay-2', 'jf-pay-3', 'jf-pay-4'];
    const faults = kiosks.map((device): Fault => ({ kind: 'hardware', device, from: opening, to: closing }));
    const paying = (events: HallEvent[]) =>
      events.filter((event) => event.kind === 'issue' && event.service === 'payment').length;
    const broken = simulate(day, 1, { profile: ordinary, faults });
    expect(paying(broken)).toBeGreaterThan(1.3 * paying(simulate(day, 1)));
  });

  test('a queue machine without power prints no ticket and calls nobody', () => {
    const { fault, events } = withFault('power', 'jf-queue');
    const hit = events.filter(({ at }) => at >= fault.from && at < fault.to);
    expect(hit.filter(({ kind }) => kind === 'issue' || kind === 'call')).toEqual([]);
    expect(events.some(({ at, kind }) => kind === 'call' && at > fault.to)).toBe(true);
    expect(events.at(-1)?.inside).toBe(0);
  });
});

test('while the business system is down nothing is finished at any desk and no payment goes through', () => {
  const profile: Profile = { ...ordinary, outages: [{ from: '10:20', to: '11:00' }] };
  const events = simulate(day, 1, { profile, faults: [] });
  const from = events.find(({ kind }) => kind === 'outage')?.at ?? 0;
  const to = events.find(({ kind }) => kind === 'outage-over')?.at ?? 0;
  expect(to - from).toBe(40 * minuteMs);
  const hit = events.filter(({ at }) => at >= from && at < to);
  expect(hit.filter(({ kind }) => kind === 'finish')).toEqual([]);
  for (const id of ['jf-pay-1', 'jf-pay-2']) {
    const steps = stepsOf(hit, id);
    expect(steps.at(-1)?.done).toBe(steps[0]?.done);
    expect(steps.at(-1)?.failed).toBeGreaterThan(steps[0]?.failed ?? 0);
  }
  const after = events.filter(({ at, kind }) => kind === 'finish' && at >= to && at < to + 2 * minuteMs);
  expect(after.length).toBeGreaterThanOrEqual(5);
});

describe('faults of a fleet', () => {
  const dates = Array.from({ length: 60 }, (_, i) => Temporal.PlainDate.from('2026-09-01').add({ days: i }).toString());

  test('one or two a day in a flagship; each is over some time, and lasts into the next day if it must', () => {
    const all = dates.map((date) => faultsOf(dayOf(simHall(), date), 1, ordinary));
    const real = all.flat().filter(({ kind }) => kind !== 'opened');
    expect(real.length / dates.length).toBeGreaterThan(0.7);
    expect(real.length / dates.length).toBeLessThan(2);
    expect(real.every(({ from, to }) => to > from)).toBe(true);
    for (const [i, faults] of all.slice(0, -1).entries()) {
      const { to } = dayOf(simHall(), dates[i]);
      for (const fault of faults.filter((one) => one.to > to)) {
        expect(all[i + 1]).toContainEqual({ ...fault, from: to });
      }
    }
  });

  test('most machines are well at any time', () => {
    let [well, seen] = [0, 0];
    for (const date of dates.slice(0, 15)) {
      const today = dayOf(simHall(), date);
      const { truth } = planDay(today, 1);
      const noon = (today.open[0]?.from ?? 0) + 5 * hourMs;
      for (const { id } of today.hall.file.terminals) {
        seen += 1;
        if (stepsOf(truth, id).findLast(({ at }) => at <= noon)?.state === 'in-service') well += 1;
      }
    }
    expect(well / seen).toBeGreaterThan(0.93);
  });
});
