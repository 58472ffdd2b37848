// A message with an absurd time costs what any message costs: the folder is simulated, so that no floor mends the times first.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const dayMs = 86_400_000;
const latest = 8_640_000_000_000_000;
const messages = 60;
const everyMs = 50;

/** A clock (the first one in seconds, of 2001) and the hall whose devices all have it: the first thing heard of each hall is one of these. */
const clocks = [
  { hall: 'jiefang', short: 'jf', at: (_: number, n: number) => 1_000_000_000 + n },
  { hall: 'guanggu', short: 'gg', at: (_: number, n: number) => Date.UTC(2000, 0, 1) + 1_000 * n },
  { hall: 'qingshan', short: 'qs', at: (now: number, n: number) => now - 20 * dayMs + 1_000 * n },
];

function* bodiesOf(n: number, ts: number): Generator<[channel: string, device: string, body: object]> {
  const word = { boot: 1, seq: 2 * n, ts };
  const ticket = { ticket: `A${n}`, service: 'general', appointment: latest };
  yield ['queue', 'queue', { ...word, seq: 2 * n - 1, event: 'issued', ...ticket }];
  yield n % 2 === 0
    ? ['queue', 'queue', { ...word, event: 'called', ticket: `A${n}`, desk: 'desk-1' }]
    : ['queue', 'queue', { ...word, event: 'desk-paused', desk: 'desk-2', until: latest }];
  yield ['terminal', 'pay-1', { ...word, seq: n, state: n % 2 === 0 ? 'in-service' : 'out-of-service', done: n }];
}

it('devices with absurd clocks hold nobody up, and make no history of decades', { timeout: 120_000 }, async () => {
  const server = await startServer({ HALLWATCH_SIMULATED: '1' });
  await server.begun;
  const odd = await publisher(server.mqttUrl);
  const sound = await publisher(server.mqttUrl);
  const { outbox } = server.app.history;
  const dues = () => outbox.work.dueCount('slot') + outbox.work.dueCount('day');
  const now = Date.now();
  let mostDue = 0;
  const tookMs: number[] = [];
  for (let n = 1; n <= messages; n++) {
    for (const { hall, short, at } of clocks)
      for (const [channel, device, body] of bodiesOf(n, at(now, n)))
        odd.publish(`hallwatch/v1/wuhan/${hall}/${short}-${device}/${channel}`, JSON.stringify(body), { qos: 1 });
    const began = performance.now();
    const totals = { boot: 1, seq: n, in: n, out: 0, ts: Date.now() };
    await publish(sound, 'hallwatch/v1/wuhan/jiefang/jf-door-main/door', totals);
    tookMs.push(performance.now() - began);
    mostDue = Math.max(mostDue, dues());
    await pause(everyMs);
  }
  const read = () => server.metric('hallwatch_readings_total{kind="terminal"}');
  await eventually(read, { accept: (count) => count === clocks.length * messages, what: 'everything is read' });
  await eventually(() => outbox.waiting === 0 && dues() === 0, { what: 'history is written' });
  // Before, 900,000 quarters of an hour were due and PUBACKs took seconds.
  expect(mostDue).toBeLessThan(300);
  expect(outbox.ids.put).toBeLessThan(2_000);
  expect(tookMs.sort((a, b) => a - b)[Math.floor(0.9 * messages)]).toBeLessThan(2_000);
  // What no store would keep is counted where it is derived, and isn't refused one by one.
  expect(outbox.dead.count).toBe(0);
  expect(await server.metric('hallwatch_history_too_old')).toBeGreaterThan(0);
  expect((await server.hall('jiefang')).occupancy.enteredToday).toBe(messages - 1);
});
