// What a restart brings back: everything, from snapshots or from the journal alone, and always the same.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { openSqlite } from '../../server/sqlite.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { filesOf } from '../support/journal.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import { stateTexts } from '../support/state-text.ts';

const topic = (device: string, channel: 'door' | 'queue' | 'terminal' | 'status') =>
  topicOf('wuhan', 'jiefang', device, channel);
const minuteMs = 60_000;

/** An hour of a hall: doors, tickets, terminals and words of being online. */
async function anHour(server: TestServer, seqFrom: number, now: number): Promise<void> {
  const device = await publisher(server.mqttUrl);
  for (let i = 0; i < 60; i++) {
    const ts = now - (60 - i) * minuteMs;
    const seq = seqFrom + i;
    await publish(device, topic('jf-door-main', 'door'), { ts, boot: 1, seq, in: 2 * seq, out: seq });
    await publish(device, topic('jf-queue', 'queue'), {
      ts,
      boot: 1,
      seq,
      event: 'issued',
      ticket: `A${seq}`,
      service: 'general',
    });
    const parts = { paper: i % 9 === 0 ? 'low' : 'full' };
    await publish(device, topic('jf-pay-1', 'terminal'), {
      ts,
      boot: 1,
      seq,
      state: 'in-service',
      parts,
      busy: i % 2 === 0,
      done: seq,
    });
    const status = { ts, boot: 1, conn: 1, online: true, everyS: 30, lastSeq: seq, simulated: false };
    await publish(device, topic('jf-door-main', 'status'), status);
  }
  // What nobody can read is part of the story, too.
  await publish(device, topic('jf-door-main', 'door'), 'rubbish');
  const last = seqFrom + 59;
  await eventually(
    () => server.app.halls.get('jiefang')?.state.intake.get('jf-pay-1')?.boots.get(1)?.reached.at(-2) === last,
  );
}

describe('a restart', () => {
  it('J5: gives the same state from snapshots, from the journal, and had it gone on, byte for byte', async () => {
    const data = await tempFolder();
    const env = { HALLWATCH_DATA: data };
    const now = Date.now();
    const first = await startServer(env);
    await anHour(first, 1, now);
    const before = stateTexts(first.app.halls);
    expect(before.jiefang).toContain('A60');
    await first.close();
    expect(stateTexts(first.app.halls)).toEqual(before);

    const second = await startServer(env);
    expect(await second.metric('hallwatch_recovery_messages')).toBe(0);
    expect(stateTexts(second.app.halls)).toEqual(before);
    expect((await second.hall('jiefang')).occupancy.enteredToday).toBe(118);
    await anHour(second, 61, now);
    const whole = stateTexts(second.app.halls);
    await second.close();

    await rm(join(data, 'state.sqlite'));
    const rebuilt = await startServer(env);
    await eventually(async () => (await rebuilt.get('/readyz')).status === 200);
    expect(await rebuilt.metric('hallwatch_recovery_messages')).toBe(2 * (60 * 4 + 1) + 1);
    expect(stateTexts(rebuilt.app.halls)).toEqual(whole);
  });

  it('knows after it what it had refused, once', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const first = await startServer(env);
    const device = await publisher(first.mqttUrl);
    await publish(device, topic('jf-door-main', 'door'), 'rubbish');
    await publish(device, topic('jf-door-main', 'door'), 'more rubbish');
    await first.close();
    const second = await startServer(env);
    expect(second.app.pipeline.quarantine.list({ limit: 10 })).toMatchObject([
      { reason: 'malformed-json', count: 2, kept: 2, device: 'jf-door-main' },
    ]);
  });

  it('takes a damaged or foreign snapshot for none and rebuilds', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const first = await startServer(env);
    await anHour(first, 1, Date.now());
    const before = stateTexts(first.app.halls);
    await first.close();
    const store = openSqlite(join(env.HALLWATCH_DATA, 'state.sqlite'), { migrations: [''], synchronous: 'FULL' });
    store.exec("UPDATE snapshots SET state = x'00112233' WHERE hall = 'jiefang'");
    store.close();
    const second = await startServer(env);
    expect(stateTexts(second.app.halls)).toEqual(before);
  });

  it('rebuilds when the journal is shorter than the snapshots say (a backup put back)', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const first = await startServer(env);
    await anHour(first, 1, Date.now());
    await first.close();
    for (const file of filesOf(join(env.HALLWATCH_DATA, 'journal'))) await rm(file);
    const second = await startServer(env);
    const { status } = await second.get('/readyz');
    expect(status).toBe(200);
    expect((await second.hall('jiefang')).occupancy.enteredToday).toBeNull();
    await anHour(second, 61, Date.now());
  });
});

describe('a rebuild of more than a day', () => {
  it('shows today first and is whole in the end: the state of one that never stopped', async () => {
    const data = await tempFolder();
    const day = 86_400_000;
    const realMs = Date.now();
    const noon = Date.parse('2026-11-18T12:00:00+08:00');
    const clockAt = (simMs: number) => `${simMs}@${realMs}x1`;
    let reference: TestServer | null = null;
    for (let i = 0; i < 3; i++) {
      const env = { HALLWATCH_DATA: data, HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: clockAt(noon + i * day) };
      const server = await startServer(env);
      await anHour(server, 1 + 60 * i, noon + i * day);
      reference = server;
      await server.close();
    }
    const whole = stateTexts((reference as TestServer).app.halls);
    await rm(join(data, 'state.sqlite'));
    const env = { HALLWATCH_DATA: data, HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: clockAt(noon + 2 * day) };
    const rebuilt = await startServer(env);
    expect((await rebuilt.hall('jiefang')).queue.issuedToday).toBe(60);
    expect(await rebuilt.metric('hallwatch_recovery_messages')).toBe(60 * 4 + 1);
    await eventually(async () => {
      const { body } = await rebuilt.get('/readyz');
      return !(body as { degraded: string[] }).degraded.some((text) => text.includes('older days'));
    });
    expect(stateTexts(rebuilt.app.halls)).toEqual(whole);
  });
});
