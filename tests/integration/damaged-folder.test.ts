// Damage to files of the data folder: the server starts, says it, and loses no more than the file held.
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../server/data-folder.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { serve } from '../../server/serve.ts';
import { openSqlite } from '../../server/sqlite.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { filesOf } from '../support/journal.ts';
import { loadMessages } from '../support/load.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import { stateTexts } from '../support/state-text.ts';

const silent = pino({ level: 'silent' });
const pageBytes = 4_096;
const noon = Date.parse('2026-11-18T12:00:00+08:00');
const clock = () => ({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${noon}@${Date.now()}x1` });

interface Story {
  folder: string;
  states: Record<string, string>;
  doors: string[];
}

/** A folder in which every file holds something, made by the first test; each one damages a copy. */
let made: Promise<Story> | null = null;
const story = () => {
  made ??= makeStory();
  return made;
};
afterAll(async () => {
  if (made) await rm((await made).folder, { recursive: true, force: true });
});

const copyOf = async (folder: string) => {
  const copy = await tempFolder();
  await cp(folder, copy, { recursive: true });
  return copy;
};
const start = (data: string) => startServer({ HALLWATCH_DATA: data, ...clock() });
const degradedOf = async (server: TestServer) =>
  ((await server.get('/readyz')).body as { degraded: string[] }).degraded.join('\n');
const namesOf = async (data: string) => (await readdir(data)).join(' ');

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

function breakPages(file: string, from: number): void {
  const pages = statSync(file).size / pageBytes;
  overwrite(file, from * pageBytes, Buffer.alloc(Math.max(1, pages - from) * pageBytes, 0xee));
}

/** The page of a file in which a text stands. */
function pageWith(file: string, text: string): number {
  const at = readFileSync(file).indexOf(text);
  if (at < 0) throw new Error(`${text} is not in ${file}`);
  return Math.floor(at / pageBytes);
}

async function doorsIn(store: HistoryStore): Promise<string[]> {
  const lines: string[] = [];
  for await (const { tags, at, fields } of store.points({ measurement: 'door', from: 0, to: noon + 86_400_000 })) {
    lines.push(`${tags.device} ${at} ${fields.in} ${fields.out}`);
  }
  return lines.sort();
}

async function settled(server: TestServer): Promise<void> {
  const { pipeline, history } = server.app;
  await eventually(
    () =>
      pipeline.isLive &&
      pipeline.isCurrent &&
      history.outbox.position === pipeline.journal.head &&
      history.outbox.waiting === 0,
  );
}

async function send(server: TestServer, from: number, to: number): Promise<void> {
  const device = await publisher(server.mqttUrl);
  const messages = loadMessages(600, noon, 2_000).slice(from, to);
  await Promise.all(messages.map(({ topic, payload }) => device.publishAsync(topic, payload, { qos: 1 })));
  await settled(server);
}

async function makeStory(): Promise<Story> {
  const folder = await mkdtemp(join(tmpdir(), 'hallwatch-'));
  const server = await start(folder);
  await send(server, 0, 300);
  const body = JSON.stringify({ hall: 'jiefang', to: noon + 86_400_000, why: 'works on the floor' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${server.url}/api/silences`, { method: 'POST', headers, body });
  const states = stateTexts(server.app.halls);
  const doors = await doorsIn(server.app.history.store);
  expect(doors.length).toBe(102);
  await server.close();
  return { folder, states, doors };
}

describe('a damaged file of the data folder', () => {
  it('state: halls are made again from the journal, whatever of it is damaged, and it is said', async () => {
    const { folder, states } = await story();
    for (const from of [0, 1]) {
      const data = await copyOf(folder);
      breakPages(join(data, 'state.sqlite'), from);
      const server = await start(data);
      await settled(server);
      expect(stateTexts(server.app.halls)).toEqual(states);
      expect(await degradedOf(server)).toContain('state.sqlite was damaged and begun again');
      await server.close();
    }
  });

  it('state: a number that a bad disk changed is not shown', async () => {
    const { folder, states } = await story();
    const data = await copyOf(folder);
    const store = openSqlite(join(data, 'state.sqlite'), { migrations: ['', ''], synchronous: 'FULL' });
    // Still a state that can be read, with another name in it.
    const state = Buffer.from(
      store.prepare("SELECT state FROM snapshots WHERE hall = 'jiefang'").get()?.state as Uint8Array,
    );
    state.write('Z', state.indexOf('jf-door-main'));
    store.prepare("UPDATE snapshots SET state = ? WHERE hall = 'jiefang'").run(state);
    store.close();
    const server = await start(data);
    await settled(server);
    expect(stateTexts(server.app.halls)).toEqual(states);
  });

  it('register: begun again where its pages make no sense, and said', async () => {
    const { folder } = await story();
    const data = await copyOf(folder);
    breakPages(join(data, 'register.db'), 1);
    const server = await start(data);
    expect(await degradedOf(server)).toContain('register.db was damaged and begun again');
    expect((await server.get('/api/silences')).body).toEqual([]);
  });

  it('register: a text that is none any more costs itself alone', async () => {
    const { folder } = await story();
    const data = await copyOf(folder);
    const register = openSqlite(join(data, 'register.db'), { migrations: ['', ''], synchronous: 'FULL' });
    register.exec('INSERT INTO silences (until, body) VALUES (9e15, \'?"hall"\')');
    register.close();
    const server = await start(data);
    expect((await server.get('/api/silences')).body).toMatchObject([{ why: 'works on the floor' }]);
  });

  it('history: what can be read is carried over, the journal tells the rest again, nothing is doubled', async () => {
    const { folder, doors } = await story();
    const page = pageWith(join(folder, 'history.sqlite'), 'jf-door-main');
    for (const from of [0, page]) {
      const data = await copyOf(folder);
      breakPages(join(data, 'history.sqlite'), from);
      const server = await start(data);
      await settled(server);
      expect(await doorsIn(server.app.history.store)).toEqual(doors);
      expect(await degradedOf(server)).toContain('history.sqlite was damaged');
      await server.close();
    }
  });

  it('history: commits that its write-ahead log lost are made again from the journal', async () => {
    const { folder, doors } = await story();
    const data = await copyOf(folder);
    const before = join(data, 'history.before');
    const first = await start(data);
    await cp(join(folder, 'history.sqlite'), before);
    await send(first, 300, 450);
    const all = await doorsIn(first.app.history.store);
    expect(all.length).toBe(150);
    await first.close();
    await rename(before, join(data, 'history.sqlite'));
    const second = await start(data);
    await settled(second);
    expect(await doorsIn(second.app.history.store)).toEqual(all);
    expect(all).toEqual(expect.arrayContaining(doors));
  });

  it('damage met while it runs is said with what to do, and mended by the next start', async () => {
    const { folder } = await story();
    const data = await copyOf(folder);
    const first = await start(data);
    // In the page cache nothing is damaged: what is read from the disk is.
    breakPages(join(data, 'quarantine.sqlite'), 1);
    const device = await publisher(first.mqttUrl);
    await device.publishAsync('hallwatch/v1/wuhan/jiefang/jf-door-main/door', 'rubbish', { qos: 1 });
    await eventually(async () => (await degradedOf(first)).includes('quarantine.sqlite is damaged: restart Hallwatch'));
    // That it came and could not be read is part of the state.
    const states = stateTexts(first.app.halls);
    await first.close();
    const second = await start(data);
    await settled(second);
    expect(stateTexts(second.app.halls)).toEqual(states);
    expect(await namesOf(data)).not.toMatch(/quarantine\.sqlite\.damaged( |$)/);
    await eventually(() => second.app.pipeline.quarantine.list({ limit: 10 }).length === 1);
  });
});

describe('a damaged journal', () => {
  it('keeps the snapshots when its end is lost, says the hole, and counts nothing twice in history', async () => {
    const { folder } = await story();
    const data = await copyOf(folder);
    const [file = ''] = filesOf(join(data, 'journal'));
    const before = await readFile(file);
    const first = await start(data);
    await send(first, 300, 600);
    const head = first.app.pipeline.journal.head;
    const sums = await enteredOf(first.app.history.store);
    await first.close();
    // Halls of before, an outbox of after: what was lost was counted already, and comes again from the devices.
    await writeFile(file, before);
    await cp(join(folder, 'state.sqlite'), join(data, 'state.sqlite'));
    const second = await start(data);
    await settled(second);
    expect(await degradedOf(second)).toMatch(/journal: messages \d+ to \d+ of the journal are lost/);
    expect(second.app.pipeline.journal.head).toBeGreaterThanOrEqual(head);
    await send(second, 300, 600);
    expect((await second.hall('jiefang')).queue.issuedToday).toBe(17);
    expect(await enteredOf(second.app.history.store)).toEqual(sums);
  });

  it('an older file of a later version refuses the start; one that is empty is a hole, said at once', async () => {
    const { folder, states } = await story();
    const [file = ''] = filesOf(join(folder, 'journal'));
    const older = (data: string) => join(data, 'journal', '000000000000001-2026-11-17.sqlite');
    const withOlder = async () => {
      const data = await copyOf(folder);
      const name = file.slice(file.lastIndexOf('/') + 1);
      await cp(file, older(data));
      await rename(join(data, 'journal', name), join(data, 'journal', name.replace(/^\d+/, '000000000000302')));
      return data;
    };
    const newer = await withOlder();
    overwrite(older(newer), 60, Buffer.from([0, 0, 3, 0]));
    const failure = await serve({ HALLWATCH_DATA: newer, ...clock() }, silent).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'data-newer', message: expect.stringContaining('000000000000001-2026') });
    const empty = await withOlder();
    await writeFile(older(empty), '');
    const server = await start(empty);
    expect(await degradedOf(server)).toContain('journal: messages 1 to 301 of the journal are lost');
    expect(stateTexts(server.app.halls)).toEqual(states);
  });
});

describe('a data folder that can’t be used', () => {
  it('without its stamp it refuses, says what to write, and writes nothing', async () => {
    const { folder } = await story();
    const data = await copyOf(folder);
    await rm(join(data, 'folder.json'));
    const failure = await openDataFolder(data, { simulated: true, clock: null }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'data-folder', fix: expect.stringContaining('"clientId":"hallwatch-') });
    expect(await namesOf(data)).not.toContain('folder.json');
    const { fix } = failure as { fix: string };
    const text = (/\{.*?\}/.exec(fix)?.[0] ?? '').replace('"real"', '"simulated"');
    await writeFile(join(data, 'folder.json'), text);
    (await openDataFolder(data, { simulated: true, clock: null })).release();
  });

  it('names the file that can’t be opened, and what to do', async () => {
    for (const name of ['state.sqlite', 'register.db', 'outbox.sqlite', 'lock.sqlite']) {
      const data = await tempFolder();
      await mkdir(join(data, 'x'));
      await writeFile(join(data, 'folder.json'), '{"holds":"simulated","clientId":"c"}');
      await mkdir(join(data, name));
      const failure = await serve({ HALLWATCH_DATA: data, ...clock() }, silent).catch((error: unknown) => error);
      expect(failure, name).toMatchObject({ code: 'data-folder', message: expect.stringContaining(name) });
    }
  });
});

/** People counted by the minute, by hall: what a step counted twice would double. */
async function enteredOf(store: HistoryStore): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  const range = { from: noon - 86_400_000, to: noon + 86_400_000 };
  await eventually(async () => {
    for (const hall of Object.keys(sums)) delete sums[hall];
    for await (const { tags, fields } of store.points({ measurement: 'hall_slot', ...range })) {
      sums[tags.hall ?? ''] = (sums[tags.hall ?? ''] ?? 0) + Number(fields.entered ?? 0);
    }
    return (sums.jiefang ?? 0) >= 2 * 66;
  });
  return sums;
}
