// An answer about visits says what it lacks, as JSON and as CSV.
import { expect, it } from 'vitest';
import type { Visit, VisitsMissing } from '../../server/contracts/history.ts';
import { missingHeader } from '../../server/contracts/history.ts';
import { parseCsv } from '../support/csv.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const minuteMs = 60_000;
const day = 'from=2026-11-23&to=2026-11-24';

it('visits that are missing are said, with why', { timeout: 120_000 }, async () => {
  const server = await startServer({
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: `${at('2026-11-23 10:00')}@${Date.now()}x60`,
  });
  await server.begun;
  const client = await publisher(server.mqttUrl);
  let seq = 0;
  const send = (ts: number, body: object) =>
    publish(client, 'hallwatch/v1/wuhan/jiefang/jf-queue/queue', { boot: 1, seq: ++seq, ts, ...body });
  const ask = async (hall: string, query = day) => {
    const answer = await fetch(`${server.url}/api/halls/${hall}/visits?${query}`);
    const missing = JSON.parse(answer.headers.get(missingHeader) ?? 'null') as VisitsMissing[];
    return { visits: (await answer.json()) as Visit[], missing };
  };
  const start = at('2026-11-23 09:00');
  await send(start, { event: 'issued', ticket: 'A1', service: 'general' });
  await send(start + minuteMs, { event: 'called', ticket: 'A1', desk: 'desk-1' });
  await send(start + 2 * minuteMs, { event: 'finished', ticket: 'A1', desk: 'desk-1' });
  const whole = await eventually(() => ask('jiefang'), { accept: ({ visits }) => visits.length === 1 });
  expect(whole.missing).toEqual([]);

  // A message that never came, and one of a day that nothing holds any more.
  await send(start - 40 * 24 * 60 * minuteMs, { event: 'issued', ticket: 'B1' });
  seq++;
  await send(start + 3 * minuteMs, { event: 'issued', ticket: 'C1' });
  const { missing, visits } = await eventually(() => ask('jiefang'), { accept: (one) => one.missing.length >= 2 });
  expect(Object.fromEntries(missing.map(({ reason, count }) => [reason, count]))).toEqual({
    'lost-messages': 1,
    'too-late': 1,
  });
  expect(visits.length).toBe(1);

  const csv = await (await fetch(`${server.url}/api/halls/jiefang/visits.csv?${day}`)).text();
  const rows = parseCsv(csv.replace(/^\uFEFF/, ''));
  expect(rows.filter((row) => row.missing === '').map(({ ticket }) => ticket)).toEqual(['A1']);
  expect(rows.map((row) => row.missing).filter((words) => words !== '')).toEqual(['lost-messages 1', 'too-late 1']);

  // Before what is kept, and of a hall that lacks nothing.
  const long = await ask('guanggu', 'from=2026-10-01&to=2026-11-24');
  expect(long.missing).toEqual([{ reason: 'beyond-retention', count: null, until: expect.any(Number) }]);
  expect((await ask('guanggu')).missing).toEqual([]);
});
