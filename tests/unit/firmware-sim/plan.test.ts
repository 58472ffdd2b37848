import { createHash } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { doorMessages, missedShares } from '../../../firmware-sim/devices/door.ts';
import type { DayPlan } from '../../../firmware-sim/devices/plan.ts';
import { planDay } from '../../../firmware-sim/devices/plan.ts';
import { Sequence } from '../../../firmware-sim/devices/sequenced.ts';
import type { HallEvent } from '../../../firmware-sim/model/hall-event.ts';
import { ordinary } from '../../../firmware-sim/model/profile.ts';
import {
  DeskMessage,
  DoorMessage,
  RatedMessage,
  TerminalMessage,
  TicketMessage,
} from '../../../server/contracts/messages.ts';
import { dayOf, simHall } from './halls.ts';

interface Totals {
  in: number;
  out: number;
}

function hashOf(plan: DayPlan): string {
  const hash = createHash('sha256');
  for (const [device, { messages, spells }] of plan.devices) {
    hash.update(device + JSON.stringify(spells));
    for (const { payload } of messages) hash.update(payload);
  }
  return hash.update(JSON.stringify(plan.truth)).digest('hex');
}

describe('the same seed, the same bytes', () => {
  test('a day planned again is the same; another seed, date or hall is another day', () => {
    const plan = (seed: number, date: string, id = 'jiefang') => hashOf(planDay(dayOf(simHall({}, id), date), seed));
    const first = plan(1, '2026-11-24');
    expect(plan(1, '2026-11-24')).toBe(first);
    expect(new Set([first, plan(2, '2026-11-24'), plan(1, '2026-11-25'), plan(1, '2026-11-24', 'guanggu')]).size).toBe(
      4,
    );
  });
});

describe('messages', () => {
  const day = dayOf(simHall());
  const plan = planDay(day, 1);
  const messages = [...plan.devices.values()].flatMap((device) => device.messages);

  test('fit the contracts, with ts, boot and seq of their own', () => {
    const contracts = {
      door: [Compile(DoorMessage)],
      queue: [Compile(TicketMessage), Compile(DeskMessage), Compile(RatedMessage)],
      terminal: [Compile(TerminalMessage)],
    };
    for (const { at, boot, seq, channel, payload } of messages) {
      const body = JSON.parse(payload);
      expect(contracts[channel as keyof typeof contracts].some((contract) => contract.Check(body))).toBe(true);
      expect(body).toMatchObject({ ts: at, boot, seq });
    }
  });

  test('I2: seq counts from 1 without gaps, in order of time, on every device', () => {
    for (const { messages: list } of plan.devices.values()) {
      expect(list.map(({ seq }) => seq)).toEqual(list.map((_, i) => i + 1));
      expect(list.map(({ at }) => at)).toEqual(list.map(({ at }) => at).sort((a, b) => a - b));
      expect(list.every(({ at, boot }) => at >= day.from && at < day.to && boot === day.boot)).toBe(true);
    }
  });

  test('every kind of queue event happens in a day', () => {
    const events = new Set(
      (plan.devices.get('jf-queue')?.messages ?? []).map(({ payload }) => JSON.parse(payload).event),
    );
    const all = ['issued', 'called', 'recalled', 'started', 'finished', 'no-show', 'cancelled', 'transferred', 'rated'];
    expect(events).toEqual(new Set([...all, 'desk-opened', 'desk-paused', 'desk-closed']));
  });
});

describe('doors', () => {
  test('begin at 0 when the hall is empty, send every few seconds at most, and never fall', () => {
    const list = planDay(dayOf(simHall()), 1).devices.get('jf-door-main')?.messages ?? [];
    expect(JSON.parse(list[0]?.payload ?? '')).toMatchObject({ ts: dayOf(simHall()).from, in: 0, out: 0 });
    for (const [i, message] of list.slice(1).entries()) {
      const [before, after] = [JSON.parse(list[i]?.payload ?? ''), JSON.parse(message.payload)];
      expect(after.ts - before.ts).toBeGreaterThanOrEqual(3_000);
      expect(after.in + after.out).toBeGreaterThan(before.in + before.out);
    }
  });

  test('miss 2 to 5 % of crossings, each door and direction its own share', () => {
    const hall = simHall();
    const counted = { in: 0, out: 0, entered: 0, left: 0 };
    for (let i = 0; i < 20; i++) {
      const { devices, truth } = planDay(dayOf(hall, `2026-11-${i + 10}`), 7);
      const totals: Totals = JSON.parse(devices.get('jf-door-main')?.messages.at(-1)?.payload ?? '');
      counted.in += totals.in;
      counted.out += totals.out;
      const crossed = (kind: string) =>
        truth.filter((event) => event.kind === kind && 'door' in event && event.door === 'jf-door-main');
      counted.entered += crossed('enter').length;
      counted.left += crossed('leave').length;
    }
    const share = missedShares(7, 'jf-door-main', ordinary);
    for (const value of Object.values(share)) expect(Math.abs(value - 0.035)).toBeLessThanOrEqual(0.015);
    expect(Math.abs(1 - counted.in / counted.entered - share.in)).toBeLessThan(0.008);
    expect(Math.abs(1 - counted.out / counted.left - share.out)).toBeLessThan(0.008);
  });

  test('D2: a 16-bit counter rolls over', () => {
    const day = dayOf(simHall());
    const crossing = { kind: 'enter' as const, door: 'wide', staff: false };
    const count = { inside: 0, staffInside: 0, waiting: 0, openTickets: 0 };
    const crowd: HallEvent[] = Array.from({ length: 70_000 }, (_, i) => ({
      at: day.from + i * 1_000,
      ...crossing,
      ...count,
    }));
    const door = { id: 'wide', missed: { in: 0.03, out: 0.03 } };
    const counted = () => ({ day, seed: 1, sequence: new Sequence('door', day.boot) });
    const last = (counterBits?: 16 | 32): Totals =>
      JSON.parse(doorMessages({ ...door, counterBits }, counted(), crowd).at(-1)?.payload ?? '');
    expect(last(16).in).toBe(last(32).in - 65_536);
    expect(last()).toMatchObject({ in: last(32).in, out: 0 });
  });
});
