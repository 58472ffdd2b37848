// Outbox, writer and a real InfluxDB that dies: every point is there afterwards, exactly, one by one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import { Outbox } from '../../server/history/outbox.ts';
import { Writer } from '../../server/history/writer.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { nthPoint, numbersIn, numbersTo } from '../support/history.ts';
import type { Influxd } from '../support/influxd.ts';
import { startInfluxd } from '../support/influxd.ts';
import { describeWith } from '../support/needs.ts';

const keep = { raw: 30, minute: 90, slot: 3_650 };
const log = pino({ level: 'silent' });

async function startWriter(influxd: Influxd, cap = {}) {
  const outbox = new Outbox({ path: join(await tempFolder(), 'outbox.sqlite'), clock: systemClock(), cap });
  const store = new InfluxHistory({ address: influxd.address, keep });
  const changes: string[] = [];
  const writer = new Writer({ outbox, store, log, changed: () => changes.push(writer.status.state) });
  writer.start();
  onTestFinished(async () => {
    await writer.stop();
    outbox.close();
  });
  return { outbox, store, writer, changes };
}

describeWith(['influxd'], 'history through an InfluxDB that dies', () => {
  it('J7: at 500 points a second, InfluxDB killed for a few seconds, nothing is missing or doubled', async () => {
    const influxd = await startInfluxd();
    const { outbox, store, writer, changes } = await startWriter(influxd);
    const startMs = Date.now();
    const [rounds, each] = [120, 25];
    for (let round = 0; round < rounds; round++) {
      const points = numbersTo(each).map((i) => nthPoint(round * each + i, startMs));
      outbox.put(points, round);
      if (round === 30) await influxd.kill();
      if (round === 90) {
        expect(writer.status).toMatchObject({ state: 'delayed', lastError: expect.stringContaining('InfluxDB') });
        expect(writer.status.waiting).toBeGreaterThan(each * 30);
        await influxd.start();
      }
      await pause(50);
    }
    await eventually(() => outbox.waiting === 0);
    expect(await numbersIn(store)).toEqual(numbersTo(rounds * each));
    expect(writer.status).toEqual({ state: 'ok', waiting: 0, oldestAt: null, lastError: null, dead: 0, tooOld: 0 });
    expect(changes).toEqual(['delayed', 'ok']);
  });

  it('memory stays flat while it is away, and all arrives afterwards into an InfluxDB that comes back empty', async () => {
    const influxd = await startInfluxd();
    const { outbox, store } = await startWriter(influxd);
    await influxd.kill();
    const startMs = Date.now();
    const batches = 100;
    let before = 0;
    for (let n = 0; n < batches; n++) {
      outbox.put(
        numbersTo(1_000).map((i) => nthPoint(n * 1_000 + i, startMs)),
        n,
      );
      await pause(0);
      if (n === 10) before = heapAfterCollection();
    }
    // 90,000 points more, of which each would take some hundred bytes if it stayed in memory.
    expect(heapAfterCollection() - before).toBeLessThan(8 * 2 ** 20);
    await influxd.start();
    await influxd.ask('DROP DATABASE hallwatch');
    await eventually(() => outbox.waiting === 0, { withinMs: 40_000 });
    expect(await numbersIn(store)).toEqual(numbersTo(batches * 1_000));
  });

  it('J4: what did not fit is a hole, and the rest arrives', async () => {
    const influxd = await startInfluxd();
    const { outbox, store } = await startWriter(influxd, { points: 5_000 });
    await influxd.kill();
    const startMs = Date.now();
    for (let n = 0; n < 8; n++) {
      outbox.put(
        numbersTo(1_000).map((i) => nthPoint(n * 1_000 + i, startMs)),
        n,
      );
    }
    await influxd.start();
    await eventually(() => outbox.waiting === 0);
    const [hole] = outbox.holes;
    const cut = hole?.count ?? 0;
    expect(cut).toBeGreaterThanOrEqual(3_000);
    expect(hole).toMatchObject({ from: nthPoint(0, startMs).at, to: nthPoint(cut - 1, startMs).at });
    expect(await numbersIn(store)).toEqual(numbersTo(8_000).slice(cut));
  });

  it('J5: killed again and again while it puts and drains, a process goes on where it was', async () => {
    const influxd = await startInfluxd();
    const path = join(await tempFolder(), 'outbox.sqlite');
    const [count, startMs] = [6_000, Date.now()];
    let lives = 0;
    for (let isDone = false; !isDone; lives++) {
      const child = spawn(
        process.execPath,
        ['tests/support/dying-writer.ts', path, String(influxd.address.port), String(startMs), String(count)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      const exit = once(child, 'exit');
      let said = '';
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
      });
      await eventually(() => said.includes('started') || child.exitCode !== null);
      // Six lives end at some moment of their walk, the last one by itself.
      if (lives < 6) {
        await pause(150 + lives * 170);
        child.kill('SIGKILL');
      }
      await exit;
      isDone = said.includes('drained');
    }
    const store = new InfluxHistory({ address: influxd.address, keep });
    expect(await numbersIn(store)).toEqual(numbersTo(count));
    expect(lives).toBeGreaterThan(3);
  });
});

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
