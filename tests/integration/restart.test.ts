// What a restart brings back: everything, from snapshots or from the journal alone, and always the same.
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { openSqlite } from '../../server/sqlite.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { filesOf, message, openJournal } from '../support/journal.ts';
import { contentsOf } from '../support/journal-contents.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import { stateTexts } from '../support/state-text.ts';

const topic = (device: string, channel: 'door' | 'queue' | 'terminal' | 'status') =>
  topicOf('wuhan', 'jiefang', device, channel);
const minuteMs = 60_000;

/** The environment of a server whose clock begins at noon of a day: an hour ago is today, whenever tests are run. */
const noon = Date.parse('2026-11-18T12:00:00+08:00');
const fromNoon = (at = noon) => ({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${at}@${Date.now()}x1` });

/** The hour before `now`: doors, tickets, terminals and words of being online. */
async function anHour(server: TestServer, seqFrom: number, now: number, simulated = false): Promise<void> {
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
    const status = { ts, boot: 1, conn: 1, online: true, everyS: 30, lastSeq: seq, simulated };
    await publish(device, topic('jf-door-main', 'status'), status);
  }
  // What nobody can read is part of the story, too.
  await publish(device, topic('jf-door-main', 'door'), 'rubbish');
  const last = seqFrom + 59;
  await eventually(
    () =>
      server.app.halls.get('jiefang')?.state.intake.get('jf-pay-1')?.boots.get(1)?.reached.at(-2) === last &&
      server.app.pipeline.isCurrent,
  );
}

describe('a restart', () => {
  it('J5: gives the same state from snapshots, from the journal, and had it gone on, byte for byte', async () => {
    const data = await tempFolder();
    const env = { HALLWATCH_DATA: data, ...fromNoon() };
    const first = await startServer(env);
    await anHour(first, 1, noon, true);
    const before = stateTexts(first.app.halls);
    expect(before.jiefang).toContain('A60');
    await first.close();
    expect(stateTexts(first.app.halls)).toEqual(before);

    const second = await startServer(env);
    expect(await second.metric('hallwatch_recovery_messages')).toBe(0);
    expect(stateTexts(second.app.halls)).toEqual(before);
    expect((await second.hall('jiefang')).occupancy.enteredToday).toBe(118);
    await anHour(second, 61, noon, true);
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
    const store = openSqlite(join(env.HALLWATCH_DATA, 'state.sqlite'), { migrations: ['', ''], synchronous: 'FULL' });
    store.exec("UPDATE snapshots SET state = x'00112233' WHERE hall = 'jiefang'");
    store.close();
    const second = await startServer(env);
    expect(stateTexts(second.app.halls)).toEqual(before);
  });

  it('makes only those halls from the journal that have no snapshot', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const first = await startServer(env);
    await anHour(first, 1, Date.now());
    const before = stateTexts(first.app.halls);
    await first.close();
    const store = openSqlite(join(env.HALLWATCH_DATA, 'state.sqlite'), { migrations: ['', ''], synchronous: 'FULL' });
    store.exec("DELETE FROM snapshots WHERE hall = 'jiefang'");
    store.close();
    const second = await startServer(env);
    expect(await second.metric('hallwatch_recovery_messages')).toBeGreaterThan(240);
    expect(stateTexts(second.app.halls)).toEqual(before);
  });

  it('keeps what the snapshots say when the journal is gone, says what it lost, and gives no id twice', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const first = await startServer(env);
    await anHour(first, 1, Date.now());
    await first.close();
    for (const file of filesOf(join(env.HALLWATCH_DATA, 'journal'))) await rm(file);
    const second = await startServer(env);
    const { status } = await second.get('/readyz');
    expect(status).toBe(200);
    expect((await second.hall('jiefang')).occupancy.enteredToday).toBe(118);
    expect(JSON.stringify((await second.get('/readyz')).body)).toContain('journal: messages 1 to 242 of the journal');
    expect(second.app.pipeline.journal.head).toBe(243);
    await anHour(second, 61, Date.now());
    expect((await second.hall('jiefang')).occupancy.enteredToday).toBe(238);
  });
});

describe('a rebuild of more than a day', () => {
  it('shows today first and is whole in the end: the state of one that never stopped', async () => {
    const data = await tempFolder();
    const day = 86_400_000;
    let reference: TestServer | null = null;
    for (let i = 0; i < 3; i++) {
      const env = { HALLWATCH_DATA: data, ...fromNoon(noon + i * day) };
      const server = await startServer(env);
      await anHour(server, 1 + 60 * i, noon + i * day, true);
      reference = server;
      await server.close();
    }
    const whole = stateTexts((reference as TestServer).app.halls);
    await rm(join(data, 'state.sqlite'));
    const env = { HALLWATCH_DATA: data, ...fromNoon(noon + 2 * day) };
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

describe('what a restart must survive', () => {
  it('a config that changed while a hall was silent holds after a restart, and so do its new devices', async () => {
    const config = await tempFolder();
    await cp('config', config, { recursive: true });
    const env = { HALLWATCH_DATA: await tempFolder(), HALLWATCH_CONFIG: config };
    const first = await startServer(env);
    const device = await publisher(first.mqttUrl);
    await publish(device, topic('jf-door-main', 'door'), { ts: Date.now(), boot: 1, seq: 1, in: 0, out: 0 });
    await first.close();
    const second = await startServer(env);
    const file = join(config, 'halls', 'jiefang.yaml');
    const text = await readFile(file, 'utf8');
    const door = '\n  - { id: jf-door-new, zone: waiting, name: { zh-CN: 新门, en: New door } }';
    await writeFile(file, text.replace('capacity: 60', 'capacity: 77').replace(/\ndoors:/, `\ndoors:${door}`));
    await eventually(async () => (await second.hall('jiefang')).occupancy.capacity === 77);
    await second.close();
    const third = await startServer(env);
    expect((await third.hall('jiefang')).occupancy.capacity).toBe(77);
    const again = await publisher(third.mqttUrl);
    for (const seq of [1, 2]) {
      await publish(again, topic('jf-door-new', 'door'), { ts: Date.now(), boot: 1, seq, in: seq * 3, out: 0 });
    }
    await eventually(async () => (await third.hall('jiefang')).occupancy.enteredToday === 3);
  });

  it('a hall that left the registry doesn’t make every restart a rebuild', async () => {
    const config = await tempFolder();
    await cp('config', config, { recursive: true });
    const env = { HALLWATCH_DATA: await tempFolder(), HALLWATCH_CONFIG: config };
    const first = await startServer(env);
    await anHour(first, 1, Date.now());
    await rm(join(config, 'halls', 'qingshan.yaml'));
    await eventually(async () => (await first.get('/api/halls/qingshan')).status === 404);
    await first.close();
    await rm(join(env.HALLWATCH_DATA, 'state.sqlite'));
    const rebuilt = await startServer(env);
    await eventually(() => rebuilt.app.pipeline.rereading === null && rebuilt.app.pipeline.isCurrent);
    await rebuilt.close();
    const third = await startServer(env);
    expect(await third.metric('hallwatch_recovery_messages')).toBe(0);
  });

  it('an older file that is gone is a hole, said as such', async () => {
    const folder = await tempFolder();
    const { journal, close } = openJournal(folder, { limits: { keepDays: 7, capBytes: 2 ** 30, fileBytes: 20_000 } });
    for (let i = 0; i < 60; i++) await journal.appended(message('x'.repeat(1_000)));
    close();
    const [, second = '', third = ''] = filesOf(folder);
    const firstOf = (file: string) => Number(file.split('/').at(-1)?.slice(0, 15));
    await rm(second);
    const { holes, entries } = contentsOf(folder);
    expect(holes).toEqual([{ from: firstOf(second), to: firstOf(third) - 1 }]);
    expect(entries.length + firstOf(third) - firstOf(second)).toBe(60);
    const again = openJournal(folder);
    expect(again.journal.head).toBe(60);
  });

  it('damaged state and quarantine files are put aside and made anew', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const first = await startServer(env);
    await anHour(first, 1, Date.now());
    const before = stateTexts(first.app.halls);
    await first.close();
    for (const name of ['state.sqlite', 'quarantine.sqlite', 'lock.sqlite']) {
      await writeFile(join(env.HALLWATCH_DATA, name), 'no database any more '.repeat(500));
    }
    const second = await startServer(env);
    expect(stateTexts(second.app.halls)).toEqual(before);
    expect(second.app.pipeline.quarantine.list({ limit: 10 })).toMatchObject([{ reason: 'malformed-json', count: 1 }]);
  });

  it('a quarantine older than the snapshots hears again of what it missed', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const quarantine = join(env.HALLWATCH_DATA, 'quarantine.sqlite');
    const rubbish = async (server: TestServer) =>
      publish(await publisher(server.mqttUrl), topic('jf-door-main', 'door'), 'rubbish');
    const first = await startServer(env);
    await rubbish(first);
    await first.close();
    const old = await readFile(quarantine);
    const second = await startServer(env);
    await rubbish(second);
    await anHour(second, 1, Date.now());
    const before = stateTexts(second.app.halls);
    await second.close();
    await writeFile(quarantine, old);
    const third = await startServer(env);
    expect(third.app.pipeline.quarantine.list({ limit: 10 })).toMatchObject([{ reason: 'malformed-json', count: 3 }]);
    expect(stateTexts(third.app.halls)).toEqual(before);
  });

  it('a journal whose config can’t be read any more gets that of the files, and goes on', async () => {
    const env = { HALLWATCH_DATA: await tempFolder(), ...fromNoon() };
    const first = await startServer(env);
    await anHour(first, 1, noon, true);
    await first.close();
    const [file = ''] = filesOf(join(env.HALLWATCH_DATA, 'journal'));
    await writeFile(file, 'no database any more '.repeat(500));
    await rm(join(env.HALLWATCH_DATA, 'state.sqlite'));
    const second = await startServer(env);
    await anHour(second, 61, noon, true);
    // The first total ever heard is where counting begins.
    expect((await second.hall('jiefang')).occupancy.enteredToday).toBe(118);
  });
});
