// Files of any length: what stands in them, and what they cost while someone takes them slowly or goes away.
import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Visit } from '../../server/contracts/history.ts';
import type { Point } from '../../server/history/points.ts';
import { parseCsv } from '../support/csv.ts';
import { eventually } from '../support/eventually.ts';
import { berlin, berlinConfig, hostileTexts, spanPoints, visitPoints } from '../support/history-world.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const visitsFrom = berlin.at('2026-03-28', '23:00');
const days = 'from=2026-03-28&to=2026-04-20';

async function serverWith(points: readonly Point[], env: Record<string, string> = {}): Promise<TestServer> {
  const server = await startServer({ HALLWATCH_CONFIG: await berlinConfig(), ...env });
  for (let at = 0; at < points.length; at += 10_000)
    await server.app.history.store.write(points.slice(at, at + 10_000));
  return server;
}

/** Those that were not taken back. */
const kept = (points: readonly Point[]) => points.filter(({ fields }) => fields.outcome !== 'void').length;

/** Watches what history hands out, as it does. */
function watchPoints({ app }: TestServer): { handedOut: number; ended: boolean } {
  const seen = { handedOut: 0, ended: false };
  const points = app.history.store.points.bind(app.history.store);
  app.history.store.points = async function* (selection) {
    try {
      for await (const point of points(selection)) {
        seen.handedOut++;
        yield point;
      }
    } finally {
      seen.ended = true;
    }
  };
  return seen;
}

/** A client that has the head of the answer and reads nothing yet. */
function slowClient(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, (answer) => resolve(answer.pause()));
    request.on('error', reject);
    onTestFinished(() => {
      request.destroy();
    });
  });
}

/** Waits until a number no longer changes. */
async function settled(read: () => number): Promise<number> {
  let same = 0;
  let last = -1;
  await eventually(() => {
    same = read() === last ? same + 1 : 0;
    last = read();
    return same > 20;
  });
  return last;
}

describe('visits.csv', () => {
  it('opens in a spreadsheet as it is meant, and does nothing there', async () => {
    const server = await serverWith(visitPoints(400, visitsFrom));
    const answer = await fetch(`${server.url}/api/halls/jiefang/visits.csv?${days}`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="jiefang-visits-2026-03-28-2026-04-19.csv"',
    );
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const rows = parseCsv(bytes.toString('utf8').slice(1));
    const { body } = await server.get(`/api/halls/jiefang/visits?${days}`);
    const visits = body as Visit[];
    expect(visits.length).toBe(kept(visitPoints(400, visitsFrom)));
    expect(rows.map(({ ticket }) => ticket?.replace(/^'/, ''))).toEqual(visits.map(({ ticket }) => ticket ?? ''));
    expect(rows.filter(({ ticket }) => /^[=+\-@\t\r\n＝]/.test(ticket ?? ''))).toEqual([]);
    for (const text of hostileTexts)
      expect(
        // An empty text says that there is none.
        visits.some(({ ticket }) => (ticket ?? '') === text),
        text,
      ).toBe(true);
    expect(visits.some(({ outcome }) => outcome === 'void')).toBe(false);
    rows.forEach((row, i) => {
      expect(Number(row.atMs)).toBe(visits[i]?.at);
      expect(Date.parse(row.at ?? '')).toBe(visits[i]?.at);
      expect(row.at).toMatch(/^2026-03-2[89]T\d\d:\d\d:\d\d\+0[12]:00$/);
      expect(row).toMatchObject({ hall: 'jiefang', simulated: 'false' });
      expect(row.waitS).toBe(String(visits[i]?.waitS ?? ''));
    });
  });

  it('says of demo data that it is, in its name and in every row', async () => {
    const points = [...visitPoints(50, visitsFrom), ...spanPoints().slice(0, 500)];
    const unmarked = points.map((point) => ({ ...point, fields: { ...point.fields, simulated: null } }));
    const server = await serverWith(unmarked, { HALLWATCH_SIMULATED: '1' });
    for (const path of [`visits.csv?${days}`, 'series.csv?from=2025-10-24&to=2025-10-25&step=1h']) {
      const answer = await fetch(`${server.url}/api/halls/jiefang/${path}`);
      expect(answer.headers.get('content-disposition')).toMatch(/-simulated\.csv"$/);
      const rows = parseCsv((await answer.text()).replace(/^\uFEFF/, ''));
      expect(rows.length).toBeGreaterThan(20);
      for (const row of rows) expect(row.simulated).toBe('true');
    }
  });
});

describe('series.csv', () => {
  it('has the steps of the series, with local times and their length', async () => {
    const server = await serverWith(spanPoints());
    const query = 'from=2025-10-24&to=2025-10-29&step=1d';
    const text = await (await fetch(`${server.url}/api/halls/jiefang/series.csv?${query}`)).text();
    const { body } = await server.get(`/api/halls/jiefang/series?${query}`);
    const { steps } = body as { steps: Record<string, number | null>[] };
    const rows = parseCsv(text.replace(/^\uFEFF/, ''));
    expect(rows.map(({ lengthS }) => lengthS)).toEqual(['86400', '86400', '90000', '86400', '86400']);
    expect(rows.map(({ start }) => start)).toEqual([
      '2025-10-24T00:00:00+02:00',
      '2025-10-25T00:00:00+02:00',
      '2025-10-26T00:00:00+02:00',
      '2025-10-27T00:00:00+01:00',
      '2025-10-28T00:00:00+01:00',
    ]);
    rows.forEach((row, i) => {
      for (const [field, value] of Object.entries(steps[i] ?? {})) {
        if (field !== 'start') expect(row[field], field).toBe(String(value ?? ''));
      }
    });
  });
});

describe('100,000 visits', () => {
  const many = visitPoints(100_000, visitsFrom);

  it('are read as the client takes them: one that doesn’t read costs a few pages, and gets all of them in the end', async () => {
    const server = await serverWith(many);
    const seen = watchPoints(server);
    const answer = await slowClient(`${server.url}/api/halls/jiefang/visits?${days}`);
    const stalled = await settled(() => seen.handedOut);
    // What the sockets of both sides hold, and what is on its way to them.
    expect(stalled).toBeLessThan(60_000);
    let text = '';
    for await (const part of answer) text += String(part);
    expect(seen).toEqual({ handedOut: 100_000, ended: true });
    expect((JSON.parse(text) as Visit[]).length).toBe(kept(many));
  });

  it('are left off when the client goes away', async () => {
    const server = await serverWith(many);
    const seen = watchPoints(server);
    const answer = await slowClient(`${server.url}/api/halls/jiefang/visits.csv?${days}`);
    const stalled = await settled(() => seen.handedOut);
    answer.destroy();
    await eventually(() => seen.ended);
    expect(seen.handedOut).toBeLessThan(stalled + 5_000);
  });

  it('that break off in the middle are not taken for the whole', async () => {
    const server = await serverWith(many);
    const seen = watchPoints(server);
    const answer = await slowClient(`${server.url}/api/halls/jiefang/visits.csv?${days}`);
    await settled(() => seen.handedOut);
    await server.app.history.store.close();
    await expect(async () => {
      for await (const _ of answer);
    }).rejects.toThrow(/aborted/);
    expect(seen.handedOut).toBeLessThan(100_000);
  });
});
