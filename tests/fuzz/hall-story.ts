// One hall's story: what really happens there, and what of it reaches Hallwatch, with the faults that devices, networks and brokers
// have. The truth is told from what happens, never from messages.
import { Random } from '../../firmware-sim/random.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import type { ClockKind } from './clocks.ts';
import { rightClock, wrongClocks } from './clocks.ts';
import type { Outage, Return, Sent } from './device.ts';
import { FuzzDevice } from './device.ts';
import type { Crossing, KioskMoment, Period, Visit } from './happenings.ts';
import { crossings, kioskMoments, visits } from './happenings.ts';

/** A message as it reaches Hallwatch, `at` epoch ms of its receipt while the server runs. */
export interface Delivery {
  at: number;
  topic: string;
  payload: string;
  live: boolean;
}

export type Kind = 'door' | 'queue' | 'terminal';

/** A device's part of a story: its faults by name, and when what it sent was not yet delivered. */
export interface Part {
  device: string;
  /** Empty: nothing is wrong with it. */
  faults: string[];
  /** False: by its faults some numbers can't be known; then they must be marked. */
  heals: boolean;
  /** It is cut off from the broker in these periods; what it sent comes behind them. */
  cuts: Period[];
  outages: Outage[];
  /** True times of messages that are lost: until the next one arrives, nothing tells of them. */
  lostAt: number[];
  /** It tells every 30 s that it is there: without that, an idle device is taken for silent. */
  tellsStatus: boolean;
  /** Only what a broker retained of it is ever heard. */
  isDead: boolean;
}

export interface Truth {
  entered: number;
  left: number;
  waiting: number;
  issued: number;
  served: number;
  longestSince: Record<'general' | 'vip', number | null>;
  kiosk: { state: KioskMoment['state']; done: number };
}

export interface Story {
  hall: string;
  parts: Record<Kind, Part>;
  deliveries: Delivery[];
  truthAt(at: number): Truth;
}

export const region = 'fuzz';
/** The way from a device to the server. */
export const latencyMs = 40;
const minuteMs = 60_000;

/** The story number `n` of `seed`, in `period` (epoch ms). The same three give the same story. */
export function makeStory(seed: number, n: number, period: Period): Story {
  const hall = `hall-${n}`;
  const random = new Random(seed, n, 'hall');
  const parts = {
    door: makePart(`${hall}-door`, random, period),
    queue: makePart(`${hall}-queue`, random, period),
    terminal: makePart(`${hall}-kiosk`, random, period),
  };
  const { reuses, restarts } = { reuses: random.chance(0.3), restarts: random.chance(0.5) };
  if (reuses) parts.queue.part.faults.push('numbers are used again');
  const customers = visits(new Random(seed, n, 'customers'), period, {
    outages: parts.queue.part.outages,
    numbers: reuses ? 30 : 999,
    restarts,
  });
  const people = crossings(new Random(seed, n, 'people'), period, { outages: parts.door.part.outages, customers });
  const kiosk = kioskMoments(new Random(seed, n, 'kiosk'), period, parts.terminal.part.outages);
  const sent = {
    door: doorMessages(parts.door, people, period),
    queue: queueMessages(parts.queue, customers, period),
    terminal: kioskMessages(parts.terminal, kiosk, period),
  };
  const deliveries = (['door', 'queue', 'terminal'] as const).flatMap((kind) =>
    deliver(sent[kind], parts[kind].part, { hall, kind, random: new Random(seed, n, kind), period }),
  );
  return {
    hall,
    parts: { door: parts.door.part, queue: parts.queue.part, terminal: parts.terminal.part },
    deliveries: deliveries.sort((a, b) => a.at - b.at),
    truthAt: (at) => truthAt(at, people, customers, kiosk),
  };
}

interface MadePart {
  part: Part;
  clock: ClockKind;
  random: Random;
}

const returns: readonly Return[] = ['counted', 'uncounted', 'replaced'];

function makePart(device: string, random: Random, { from, to }: Period): MadePart {
  const part: Part = {
    device,
    faults: [],
    heals: true,
    cuts: [],
    outages: [],
    lostAt: [],
    tellsStatus: random.chance(0.7),
    isDead: random.chance(0.04),
  };
  const isCalm = random.chance(0.25);
  const clock = isCalm || random.chance(0.65) ? rightClock : (random.pick(wrongClocks) ?? rightClock);
  if (clock !== rightClock) part.faults.push(`clock: ${clock.name}`);
  part.heals = clock.heals;
  // The last part is calm, so that at the end everything that can be right has to be.
  // Without times a restart that isn't counted is found late: what the boot before is said to have sent stays missing.
  const isTimeless = clock.name === 'none' || clock.name === 'null';
  const length = 0.65 * (to - from);
  if (!isCalm && random.chance(0.5)) {
    const count = random.chance(0.7) ? 1 : 3;
    for (let i = 0; i < count; i++) {
      const begin = from + Math.floor(length * ((i + random.between(0.2, 0.7)) / count));
      const back = random.pick(returns) ?? 'counted';
      part.outages.push({ from: begin, to: begin + Math.floor(random.between(5_000, 3 * minuteMs)), back });
      part.faults.push(`restart: ${back}`);
      if (isTimeless && back !== 'counted') part.heals = false;
    }
  }
  if (!isCalm && random.chance(0.3)) {
    const begin = from + Math.floor(length * random.between(0.3, 0.7));
    part.cuts.push({ from: begin, to: begin + Math.floor(random.between(minuteMs, 20 * minuteMs)) });
    part.faults.push('cut off');
  }
  if (!isCalm && random.chance(0.3)) part.faults.push('copies');
  if (!isCalm && random.chance(0.2)) part.faults.push('losses');
  if (random.chance(0.3)) part.faults.push('retained');
  if (part.isDead) part.faults.push('dead');
  return { part, clock, random };
}

/** Runs a device through its period: `act` is called for each happening in order of time. */
function run<T extends { at: number }>(
  { part, clock, random }: MadePart,
  happenings: readonly T[],
  { from, to }: Period,
  {
    begin,
    restarted,
    act,
  }: {
    begin: (device: FuzzDevice) => void;
    restarted: (outage: Outage) => void;
    act: (device: FuzzDevice, one: T) => void;
  },
): Sent[] {
  const device = new FuzzDevice(part, clock, { at: from, random });
  begin(device);
  const outages = [...part.outages];
  for (const one of [...happenings].sort((a, b) => a.at - b.at)) {
    for (let next = outages[0]; next && next.to <= one.at; next = outages[0]) {
      device.restart(next);
      restarted(next);
      outages.shift();
    }
    act(device, one);
  }
  device.beat(to);
  return device.sent;
}

function doorMessages(made: MadePart, people: readonly Crossing[], period: Period): Sent[] {
  const isUsed = made.random.chance(0.3);
  let totals = isUsed ? { in: 5_312, out: 5_007 } : { in: 0, out: 0 };
  // Who was inside before counting began is not known.
  if (isUsed) made.part.heals = false;
  const report = (device: FuzzDevice, at: number) => device.send(at, 'door', { ...totals });
  return run(made, [...people, ...restartReports(made.part)], period, {
    begin: (device) => report(device, period.from),
    // Another counter in its place begins at any total: its first message comes before anybody passes.
    restarted: ({ back }) => {
      const isUsed = back === 'replaced' && made.random.chance(0.4);
      totals = isUsed ? { in: 80_211, out: 79_903 } : { in: 0, out: 0 };
      if (isUsed) made.part.heals = false;
    },
    act: (device, one) => {
      totals = { in: totals.in + one.in, out: totals.out + one.out };
      report(device, one.at);
    },
  });
}

/** A counter tells its totals when it comes back. */
function restartReports({ outages }: Part): Crossing[] {
  return outages.map(({ to }) => ({ at: to + 500, in: 0, out: 0 }));
}

function queueMessages(made: MadePart, customers: readonly Visit[], period: Period): Sent[] {
  const events = customers.flatMap(
    ({ service, number: ticket, desk, issuedAt, calledAt, startedAt, finishedAt, endedAt }) => [
      { at: issuedAt, body: { event: 'issued', ticket, service } },
      { at: calledAt, body: { event: 'called', ticket, service, desk } },
      ...(finishedAt === null ? [] : [{ at: startedAt, body: { event: 'started', ticket, service, desk } }]),
      { at: endedAt, body: { event: finishedAt === null ? 'no-show' : 'finished', ticket, service, desk } },
    ],
  );
  return run(
    made,
    events.filter(({ at }) => at < period.to),
    period,
    {
      begin: () => {},
      restarted: () => {},
      act: (device, { at, body }) => device.send(at, 'queue', body),
    },
  );
}

function kioskMessages(made: MadePart, moments: readonly KioskMoment[], period: Period): Sent[] {
  let [doneAtBoot, done] = [0, 0];
  return run(made, moments, period, {
    begin: (device) => device.send(period.from, 'terminal', { state: 'in-service', done: 0, failed: 0 }),
    restarted: () => {
      doneAtBoot = done;
    },
    act: (device, one) => {
      done = one.done;
      device.send(one.at, 'terminal', { state: one.state, done: done - doneAtBoot, failed: 0 });
    },
  });
}

function deliver(
  sent: readonly Sent[],
  part: Part,
  { hall, kind, random, period }: { hall: string; kind: Kind; random: Random; period: Period },
): Delivery[] {
  const topic = (channel: Sent['channel']) => topicOf(region, hall, part.device, channel);
  const all: Delivery[] = [];
  if (part.faults.includes('retained')) {
    const at = period.from - 10_000;
    const ts = at - 26 * 60 * minuteMs;
    const old = {
      door: { in: 40, out: 3 },
      queue: { event: 'issued', ticket: 'A900', service: 'general' },
      terminal: { state: 'in-service', busy: true },
    };
    all.push({
      at,
      topic: topic(kind),
      payload: JSON.stringify({ ts, boot: 50, seq: 900, ...old[kind] }),
      live: false,
    });
  }
  if (part.isDead) return all;
  const isKept = keptMessages(sent, part, random);
  let lastAt = 0;
  sent.forEach(({ sentAt, channel, payload }, i) => {
    if (!isKept(i)) {
      part.lostAt.push(sentAt);
      return;
    }
    const cut = part.cuts.find(({ from, to }) => sentAt >= from && sentAt < to);
    // A status word is retained by the broker and replaced by the next: none waits for the network.
    if (cut && channel === 'status') return;
    const at = Math.max((cut ? cut.to + 2 * i : sentAt) + latencyMs, lastAt + 1);
    lastAt = at;
    const message = { topic: topic(channel), payload: JSON.stringify(payload), live: true };
    all.push({ at, ...message });
    if (part.faults.includes('copies') && channel !== 'status' && random.chance(0.05))
      all.push({ at: at + Math.floor(random.between(1_000, minuteMs)), ...message });
  });
  return all;
}

/** Which messages are not lost on the way. The first ones of a boot and the last before a restart always arrive: nothing tells of those. */
function keptMessages(sent: readonly Sent[], { faults, outages }: Part, random: Random): (i: number) => boolean {
  if (!faults.includes('losses')) return () => true;
  const lost = new Set<number>();
  sent.forEach(({ sentAt, channel }, i) => {
    const isNearRestart = outages.some(({ from, to }) => sentAt > from - 3 * minuteMs && sentAt < to + 2 * minuteMs);
    if (channel !== 'status' && i > 5 && i < sent.length - 10 && !isNearRestart && random.chance(0.02)) lost.add(i);
  });
  return (i) => !lost.has(i);
}

function truthAt(at: number, people: Crossing[], customers: Visit[], kiosk: KioskMoment[]): Truth {
  const crossed = people.filter((one) => one.at <= at);
  const issued = customers.filter(({ issuedAt }) => issuedAt <= at);
  const waiting = issued.filter(({ calledAt }) => calledAt > at);
  const since = (service: Visit['service']) =>
    waiting
      .filter((one) => one.service === service)
      .reduce<number | null>((min, { issuedAt }) => Math.min(min ?? issuedAt, issuedAt), null);
  const moment = kiosk.findLast((one) => one.at <= at);
  return {
    entered: crossed.reduce((sum, one) => sum + one.in, 0),
    left: crossed.reduce((sum, one) => sum + one.out, 0),
    waiting: waiting.length,
    issued: issued.length,
    served: customers.filter(({ finishedAt }) => finishedAt !== null && finishedAt <= at).length,
    longestSince: { general: since('general'), vip: since('vip') },
    kiosk: { state: moment?.state ?? 'in-service', done: moment?.done ?? 0 },
  };
}
