// Which message is which, over the wire: devices that restart without counting, that are replaced, that number their messages oddly, and
// totals that dip. What the walls show is what happened.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { expect, it } from 'vitest';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Completeness } from '../../server/contracts/http.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { publish, publisher } from '../support/publisher.ts';
import { quarantineOf } from '../support/quarantine.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import { stateTexts } from '../support/state-text.ts';

const noon = at('2026-11-18 12:00');
const nine = at('2026-11-18 09:00');
const minute = 60_000;

interface Sent {
  channel: 'door' | 'queue' | 'terminal' | 'status';
  device?: string;
  message: Record<string, unknown>;
}

interface Scenario {
  it: string;
  sent: Sent[];
  occupancy?: Partial<HallLive['occupancy']>;
  marks?: string[];
  check?: (live: HallLive, day: Completeness) => void;
}

const doors = (totals: [ins: number, out: number][], { boot = 1, seq = 1, since = nine } = {}): Sent[] =>
  totals.map(([ins, out], i) => ({
    channel: 'door',
    message: { ts: since + i * minute, boot, seq: seq + i, in: ins, out },
  }));
const ins = (totals: number[], options = {}) =>
  doors(
    totals.map((one) => [one, 0]),
    options,
  );
const upTo = (most: number, from = 0) => Array.from({ length: most - from + 1 }, (_, i) => from + i);
const word = (fields: Record<string, unknown>): Sent => ({
  channel: 'status',
  message: { boot: 1, conn: 1, online: true, everyS: 3_600, simulated: true, ...fields },
});
const later = (minutes: number) => ({ since: nine + minutes * minute });

const scenarios: Scenario[] = [
  {
    it: '50, 49, 50, 51',
    sent: ins([0, 50, 49, 50, 51]),
    occupancy: { enteredToday: 51, value: 51, reason: 'first-day' },
  },
  { it: '50, 0, 51', sent: ins([0, 50, 0, 51]), occupancy: { enteredToday: 51, quality: 'rough' } },
  {
    it: '50, 0, 20, 40, 60',
    sent: ins([0, 50, 0, 20, 40, 60]),
    occupancy: { enteredToday: 110, quality: 'drifting', reason: 'counter-restarted' },
  },
  { it: 'an open dip', sent: ins([0, 50, 0, 20]), occupancy: { enteredToday: 50 } },
  {
    it: '40 in, 52 out',
    sent: doors([
      [0, 0],
      [20, 22],
      [40, 52],
    ]),
    occupancy: { enteredToday: 40, leftToday: 52, value: 0, quality: 'drifting', reason: 'count-off' },
  },
  {
    it: '40 in, 43 out',
    sent: doors([
      [0, 0],
      [20, 21],
      [30, 32],
      [40, 43],
    ]),
    occupancy: { value: 0, quality: 'rough', reason: 'first-day' },
  },
  {
    it: 'a restart that isn’t counted',
    sent: [...ins(upTo(10)), ...ins(upTo(25), later(30))],
    occupancy: { enteredToday: 35, quality: 'rough' },
    marks: ['boot-not-counted'],
    check: (_live, { share, devices }) => {
      expect(share).toBe(1);
      expect(devices[0]).toMatchObject({ arrived: 37, duplicated: 0 });
    },
  },
  {
    it: 'restarts that aren’t counted, and copies of everything',
    sent: [0, 1, 2, 0, 2, 1].flatMap((n) => ins(upTo(12), later(30 * n))),
    occupancy: { enteredToday: 36 },
    marks: ['boot-not-counted'],
  },
  {
    it: 'a restart whose first message is lost, at a seq that was lost before',
    sent: [...ins([0, 1, 2, 3]), ...ins([9, 10], { seq: 10, ...later(10) }), ...ins([4, 5], { seq: 5, ...later(40) })],
    occupancy: { enteredToday: 15 },
    marks: ['boot-not-counted'],
  },
  {
    it: 'a restart without a clock',
    sent: [upTo(80), upTo(40).map((one) => 2 * one)].flatMap((totals) =>
      totals.map((total, i): Sent => ({ channel: 'door', message: { boot: 1, seq: i + 1, in: total, out: 0 } })),
    ),
    occupancy: { enteredToday: 160 },
    marks: ['boot-not-counted'],
  },
  {
    it: 'tickets and faults after restarts that aren’t counted',
    sent: [0, 60].flatMap((after) => [
      ...upTo(12).map(
        (n): Sent => ({
          channel: 'queue',
          device: 'queue',
          message: {
            ts: nine + (after + n) * minute,
            boot: 1,
            seq: n + 1,
            event: 'issued',
            ticket: `A${after + n}`,
            service: 'general',
          },
        }),
      ),
      {
        channel: 'terminal',
        device: 'pay-1',
        message: {
          ts: nine + after * minute,
          boot: 1,
          seq: 1,
          state: 'in-service',
          parts: { paper: after === 0 ? 'full' : 'out' },
        },
      } satisfies Sent,
    ]),
    check: ({ queue, terminals, devices }) => {
      expect(queue.issuedToday).toBe(26);
      expect(terminals[0]?.parts).toEqual({ paper: 'out' });
      const marked = devices.filter(({ marks }) => marks.includes('boot-not-counted'));
      expect(marked.map(({ kind }) => kind)).toEqual(['queue', 'terminal']);
    },
  },
  {
    it: 'a lower boot on the first day',
    sent: [...ins([10_000, 10_010], { boot: 9, seq: 40 }), ...ins([0, 3], later(5))],
    occupancy: { enteredToday: 13 },
  },
  {
    it: 'boots from epoch seconds, and 17 after a power cut',
    sent: [...ins([7_000, 7_010], { boot: 1_795_000_000 }), ...ins([0, 12], { boot: 17, ...later(5) })],
    occupancy: { enteredToday: 22 },
  },
  {
    it: 'another counter under the next boot',
    sent: [...ins([0, 40]), ...ins([5_000, 5_003], { boot: 2, ...later(3) })],
    occupancy: { enteredToday: 43, quality: 'drifting', reason: 'counter-replaced' },
  },
  {
    it: 'another counter after hours of words alone',
    sent: [
      ...ins([0, 40]),
      word({ ts: nine + 120 * minute, lastSeq: 2 }),
      ...ins([5_000, 5_003], { boot: 2, ...later(121) }),
    ],
    occupancy: { enteredToday: 43, reason: 'counter-replaced' },
  },
  {
    it: 'one seq that can’t be',
    sent: [
      ...ins(upTo(5)),
      ...ins([99_999], { seq: 1_795_740_000_000, ...later(6) }),
      ...ins([6, 7], { seq: 7, ...later(7) }),
    ],
    occupancy: { enteredToday: 7 },
    marks: [],
    check: (_live, { share }) => expect(share).toBe(1),
  },
  {
    it: 'no usable seq at all',
    sent: [...ins(upTo(5)), ...upTo(40, 6).flatMap((n) => ins([n], { seq: 1_795_740_000_000 + 977 * n, ...later(n) }))],
    occupancy: { enteredToday: 40 },
    marks: ['unnumbered'],
    check: (live, { devices }) => {
      expect(live.completeness).toBeNull();
      expect(devices[0]).toMatchObject({ share: null, arrived: null, reason: 'unnumbered' });
    },
  },
  {
    it: 'a boot for each message',
    sent: upTo(60).flatMap((n) => ins([50 + n], { boot: 1_795_740_000 + 60 * n, ...later(n) })),
    occupancy: { enteredToday: 60 },
    marks: ['unnumbered'],
  },
  {
    it: 'a lastSeq that can’t be',
    sent: [word({ lastSeq: 0 }), ...ins(upTo(5)), word({ lastSeq: 4e9 })],
    occupancy: { enteredToday: 5 },
    check: (_live, { share }) => expect(share).toBe(1),
  },
];

/** A config of halls that have a door, a queue machine and a terminal each, one for each scenario. */
async function configOfHalls(): Promise<string> {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const text = await readFile('config/halls/qingshan.yaml', 'utf8');
  await rm(join(folder, 'halls'), { recursive: true });
  await mkdir(join(folder, 'halls'));
  for (const [i] of [...scenarios, null].entries()) {
    const own = text
      .replace('id: qingshan', `id: h${i}`)
      .replaceAll('id: qs-', `id: h${i}-`)
      .replace(/^staff:.*\n/m, '');
    await writeFile(join(folder, 'halls', `h${i}.yaml`), own);
  }
  return folder;
}

async function send(client: MqttClient, hall: number, { channel, device = 'door', message }: Sent): Promise<void> {
  await publish(client, `hallwatch/v1/wuhan/h${hall}/h${hall}-${device}/${channel}`, message);
}

async function checkAll(server: TestServer): Promise<void> {
  for (const [i, scenario] of scenarios.entries()) {
    const live = await server.hall(`h${i}`);
    const day = (await server.get(`/api/completeness?hall=h${i}`)).body as Completeness;
    expect(live.occupancy, scenario.it).toMatchObject(scenario.occupancy ?? {});
    const marks = live.devices[0]?.marks.filter((mark) => mark !== 'clock' && mark !== 'silent');
    if (scenario.marks) expect(marks, scenario.it).toEqual(scenario.marks);
    scenario.check?.(live, day);
  }
}

it('walls show what happened, whatever devices make of their numbers; also after a rebuild', async () => {
  const env = {
    HALLWATCH_CONFIG: await configOfHalls(),
    HALLWATCH_DATA: await tempFolder(),
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: `${noon}@${Date.now()}x1`,
  };
  const server = await startServer(env);
  const client = await publisher(server.mqttUrl);
  await Promise.all(
    scenarios.map(async ({ sent }, i) => {
      for (const one of sent) await send(client, i, one);
    }),
  );
  await eventually(() => checkAll(server).then(() => true));

  // Of the door of the last hall one is removed at noon and another begins: what both counted is there.
  const last = scenarios.length;
  for (const one of doors([
    [0, 0],
    [100, 40],
  ]))
    await send(client, last, one);
  const file = join(env.HALLWATCH_CONFIG, 'halls', `h${last}.yaml`);
  await writeFile(file, (await readFile(file, 'utf8')).replace(`id: h${last}-door`, `id: h${last}-new`));
  await eventually(async () => (await server.hall(`h${last}`)).devices.some(({ id }) => id === `h${last}-new`));
  for (const one of doors(
    [
      [0, 0],
      [37, 62],
    ],
    later(60),
  ))
    await send(client, last, { ...one, device: 'new' });
  const told = { enteredToday: 137, leftToday: 102, value: 35 };
  await eventually(() => server.hall(`h${last}`), { accept: ({ occupancy }) => occupancy.enteredToday === 137 });
  expect((await server.hall(`h${last}`)).occupancy).toMatchObject(told);

  // What can't be is kept where it can be looked at, with its reason.
  const kept = (await quarantineOf(server)).filter(({ reason }) => reason === 'seq-implausible');
  expect(kept.map(({ count }) => count).sort((a, b) => a - b)).toEqual([1, 19]);
  expect(await server.metric('hallwatch_notes_total{note="last-seq-implausible"}')).toBe(1);

  // Raw points of a device that doesn't count its boots keep names of their own.
  const restarted = server.app.halls.get('h6')?.state.doors.get('h6-door')?.boots;
  expect([...(restarted?.keys() ?? [])]).toEqual([1, -1]);

  const before = stateTexts(server.app.halls);
  await server.close();
  await rm(join(env.HALLWATCH_DATA, 'state.sqlite'));
  const rebuilt = await startServer(env);
  await eventually(async () => (await rebuilt.get('/readyz')).status === 200);
  await eventually(() => stateTexts(rebuilt.app.halls).h0 === before.h0);
  expect(stateTexts(rebuilt.app.halls)).toEqual(before);
  await checkAll(rebuilt);
}, 60_000);
