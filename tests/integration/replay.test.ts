// Days that really happened, through a real broker, against counts made straight from the records.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { crossingsOf } from '../../server/hall/occupancy.ts';
import { LocalDays } from '../../server/local-days.ts';
import { bankTruth } from '../support/bank-truth.ts';
import { closeBrowser, openScreen } from '../support/browser.ts';
import { doorTruth } from '../support/door-truth.ts';
import { eventually } from '../support/eventually.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { startServer } from '../support/server.ts';

const config = 'tests/fixtures/config';
const bankFile = 'tests/fixtures/records/bank-1999-02-03.csv';
const doorFile = 'tests/fixtures/records/door-2005-week.csv';

/** A server whose time is the last minute of a local date, on simulated data. */
async function serverOn(date: string, timeZone: string) {
  const broker = await startMosquitto();
  const clock = `${new LocalDays(timeZone, '04:00').at(date, '23:59')}@${Date.now()}x1`;
  const env = {
    HALLWATCH_CONFIG: config,
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: clock,
    HALLWATCH_MQTT_URL: broker.url,
  };
  const server = await startServer(env);
  await eventually(() => server.get('/readyz'), { accept: ({ status }) => status === 200 });
  const replay = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['firmware-sim/replay/main.ts', ...args, '--speed', 'max'], {
      env: { ...process.env, ...env },
    });
  return { server, replay };
}

afterAll(closeBrowser);

describeWith(['mosquitto', 'chromium'], 'replay of real records', () => {
  it('Q5: the bank’s whole 1999-02-03, and the wall shows the day', async () => {
    const truth = bankTruth(readFileSync(bankFile, 'utf8'), '1999-02-03');
    expect(truth.maxWaiting).toBe(17);
    const { server, replay } = await serverOn('1999-02-03', 'Asia/Jerusalem');
    // Published twice with the same boot and seq, as a device's outbox does: the repeats change nothing.
    const day = ['--queue', bankFile, '--day', '1999-02-03', '--hall', 'bank', '--at', '1999-02-03', '--boot', '7'];
    await replay(...day);
    await replay(...day);
    await eventually(() => server.metric('hallwatch_notes_total{note="repeat"}'), { accept: (count) => count > 6_000 });
    const { queue } = await eventually(() => server.hall('bank'), {
      accept: (live) => live.queue.servedToday === truth.served && live.queue.issuedToday === truth.issued,
    });
    expect(queue).toMatchObject({
      waiting: 0,
      issuedToday: truth.issued,
      calledToday: truth.called,
      servedToday: truth.served,
      abandonedToday: truth.cancelled,
      maxWaitingToday: 17,
    });

    const { page } = await openScreen(`${server.url}/wall/bank`);
    await page.getByText(String(truth.issued), { exact: true }).first().waitFor();
    await page.getByText(`办结 ${truth.served}`).waitFor();
    await page.getByText('今日最多 17').waitFor();
    await page.getByText('演示数据').first().waitFor();
  });

  it('T3: a week of the real door record, entered and left exact for each local day', async () => {
    const truth = doorTruth(readFileSync(doorFile, 'utf8'));
    const dates = [...truth.keys()].sort();
    const [first = '', last = ''] = [dates[0], dates.at(-1)];
    expect(dates).toHaveLength(7);
    const { server, replay } = await serverOn(last, 'America/Los_Angeles');
    await replay('--door', doorFile, '--from', first, '--to', last, '--hall', 'campus', '--at', first);
    const today = truth.get(last);
    await eventually(() => server.hall('campus'), { accept: (live) => live.occupancy.enteredToday === today?.entered });
    expect((await server.hall('campus')).occupancy.leftToday).toBe(today?.left);
    const hall = server.app.halls.get('campus');
    if (!hall) throw new Error('no campus');
    for (const [date, counts] of truth) {
      expect(crossingsOf(hall.state, hall.config, hall.config.days.onDate(date)), date).toMatchObject(counts);
    }
  });
});
