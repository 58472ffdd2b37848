// What a server does with its config and data folders while it lives.
import { cp, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { serve } from '../../server/serve.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');
const silent = pino({ level: 'silent' });

describe('config while the server runs', () => {
  it('is read again when it changes, kept when the change is broken, and nothing counted is lost', async () => {
    const folder = await tempFolder();
    await cp('config', folder, { recursive: true });
    const server = await startServer({ HALLWATCH_CONFIG: folder });
    const device = await publisher(server.mqttUrl);
    await publish(device, door, { ts: Date.now(), boot: 1, seq: 1, in: 0, out: 0 });
    await publish(device, door, { ts: Date.now(), boot: 1, seq: 2, in: 6, out: 2 });
    const file = join(folder, 'halls', 'jiefang.yaml');
    const text = await readFile(file, 'utf8');

    await writeFile(file, text.replace('capacity: 60', 'capacity: 75'));
    const live = await eventually(() => server.hall('jiefang'), { accept: (one) => one.occupancy.capacity === 75 });
    expect(live.occupancy).toMatchObject({ enteredToday: 6, leftToday: 2 });

    await writeFile(file, text.replace('capacity: 60', 'capacity: many'));
    const ready = await eventually(() => server.get('/readyz'), {
      accept: ({ body }) => JSON.stringify(body).includes('config: 1 faults'),
    });
    expect(ready.status).toBe(200);
    expect((await server.hall('jiefang')).occupancy.capacity).toBe(75);

    await writeFile(file, text.replace('capacity: 60', 'capacity: 80'));
    await eventually(() => server.hall('jiefang'), { accept: (one) => one.occupancy.capacity === 80 });
    expect((await server.get('/readyz')).body).toMatchObject({ degraded: [] });
  });
});

describe('a hall whose file is away for a moment', () => {
  it('keeps its counts, and its pictures never go back', async () => {
    const folder = await tempFolder();
    await cp('config', folder, { recursive: true });
    const server = await startServer({ HALLWATCH_CONFIG: folder });
    const device = await publisher(server.mqttUrl);
    for (let seq = 1; seq <= 20; seq++)
      await publish(device, door, { ts: Date.now(), boot: 1, seq, in: seq - 1, out: 0 });
    const before = await server.hall('jiefang');
    const [file, away] = [join(folder, 'halls', 'jiefang.yaml'), join(folder, 'jiefang.away')];
    await rename(file, away);
    await eventually(() => server.get('/api/halls/jiefang'), { accept: ({ status }) => status === 404 });
    await rename(away, file);
    const after = await eventually(() => server.get('/api/halls/jiefang'), { accept: ({ status }) => status === 200 });
    expect(after.body).toMatchObject({ occupancy: { enteredToday: 19 } });
    expect((after.body as { rev: number }).rev).toBeGreaterThan(before.rev);
  });

  it('is found again when the whole folder of halls was swapped', async () => {
    const folder = await tempFolder();
    await cp('config', folder, { recursive: true });
    const server = await startServer({ HALLWATCH_CONFIG: folder });
    await cp(join(folder, 'halls'), join(folder, 'halls-new'), { recursive: true });
    await rename(join(folder, 'halls'), join(folder, 'halls-old'));
    await rename(join(folder, 'halls-new'), join(folder, 'halls'));
    const file = join(folder, 'halls', 'jiefang.yaml');
    const text = await readFile(file, 'utf8');
    // Written until it is seen: the watch may still be on its way to the new folder.
    let capacity = 70;
    await eventually(async () => {
      capacity++;
      await writeFile(file, text.replace('capacity: 60', `capacity: ${capacity}`));
      return ((await server.hall('jiefang')).occupancy?.capacity ?? 60) > 70;
    });
  });
});

describe('I5: a data folder holds either real or simulated data', () => {
  it('keeps its stamp, whatever the next start says', async () => {
    const data = await tempFolder();
    const real = await startServer({ HALLWATCH_DATA: data });
    expect((await real.hall('jiefang')).simulated).toBe(false);
    await real.close();
    const failure = await serve({ HALLWATCH_DATA: data, HALLWATCH_SIMULATED: '1' }, silent).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'data-folder', message: expect.stringContaining('real data') });
  });

  it('stays simulated without the setting, and says so in every picture', async () => {
    const data = await tempFolder();
    const first = await startServer({ HALLWATCH_DATA: data, HALLWATCH_SIMULATED: '1' });
    await first.close();
    const second = await startServer({ HALLWATCH_DATA: data });
    expect((await second.hall('jiefang')).simulated).toBe(true);
  });

  it('is not stamped by a start that was refused', async () => {
    const data = await tempFolder();
    const failure = await serve({ HALLWATCH_DATA: data, HALLWATCH_CLOCK: '1@1x1' }, silent).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'bad-setting', message: 'HALLWATCH_CLOCK only runs on simulated data' });
    await expect(stat(join(data, 'folder.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('lets a will pass, whatever it says of being simulated', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    const topic = topicOf('wuhan', 'jiefang', 'jf-door-main', 'status');
    await publish(device, topic, {
      ts: Date.now(),
      boot: 1,
      conn: 1,
      online: true,
      everyS: 30,
      lastSeq: 0,
      simulated: false,
    });
    await publish(device, topic, { boot: 1, conn: 1, online: false, simulated: true });
    const main = (await server.hall('jiefang')).devices.find(({ id }) => id === 'jf-door-main');
    expect(main).toMatchObject({ online: false, reason: 'offline' });
  });

  it('refuses a stamp that it can’t read', async () => {
    const data = await tempFolder();
    await writeFile(join(data, 'folder.json'), '{"holds":"both"}');
    const failure = await serve({ HALLWATCH_DATA: data }, silent).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'data-folder' });
  });
});

describe('I4: a server of some regions', () => {
  it('has only their halls', async () => {
    const server = await startServer({ HALLWATCH_REGIONS: 'wuhan' });
    expect((await server.get('/api/halls')).body).toHaveLength(3);
    const failure = await serve({ HALLWATCH_DATA: await tempFolder(), HALLWATCH_REGIONS: 'wuhan,mars' }, silent).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'bad-setting', message: expect.stringContaining('"mars"') });
  });
});

describe('a broker address that is none', () => {
  it.each(['mqtt://127.0.0.1:99999', 'mqtt://a b', 'mqtt://[::1', 'mqtt://user:p%zz@host', 'http://host', 'host:1883'])(
    'refuses %s without telling it',
    async (url) => {
      const failure = await serve({ HALLWATCH_DATA: await tempFolder(), HALLWATCH_MQTT_URL: url }, silent).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        code: 'bad-setting',
        message: 'HALLWATCH_MQTT_URL is not the address of a broker',
      });
    },
  );
});

describe('T4: HALLWATCH_CLOCK', () => {
  it('shows another day, at its own speed', async () => {
    const simMs = Date.parse('2026-03-02T10:00:00+08:00');
    const server = await startServer({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${simMs}@${Date.now()}x60` });
    const first = await server.hall('jiefang');
    expect(first).toMatchObject({ dayDate: '2026-03-02', open: true });
    const later = await eventually(() => server.hall('jiefang'), { accept: (live) => live.at > first.at + 30_000 });
    expect(later.at).toBeLessThan(simMs + 3_600_000);
  });
});
