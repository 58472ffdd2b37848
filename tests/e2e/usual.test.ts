// The day's curve over the band of the usual, in a real browser.
import { afterAll, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import { slotPoints } from '../support/slots.ts';

const now = at('2026-11-23 10:30');
const mondays = ['2026-11-16', '2026-11-09', '2026-11-02', '2026-10-26', '2026-10-19', '2026-10-12'];

// Run in the page, so they are text here: this program has no DOM.
const painted = (colour: string) => `(() => {
  const canvas = document.querySelector('.curve canvas');
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) if (${colour}) count++;
  return count;
})()`;
// The curve is opaque, the band lets the ground through.
const curve = painted('data[i + 2] > 240 && data[i + 3] > 250');
const usual = painted('data[i + 3] > 60 && data[i + 3] < 110');
const canvasWidth = "document.querySelector('.curve canvas').clientWidth";
const overflowX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

function onMonday(env: Record<string, string> = {}) {
  return startServer({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${now}@${Date.now()}x1`, ...env });
}

/** 118 people came in, and 88 went out. */
async function enter(server: TestServer): Promise<void> {
  const device = await publisher(server.mqttUrl);
  const send = (door: string, seq: number, [ins, outs]: [number, number]) => {
    const message = { ts: now - 60_000 + seq, boot: 1, seq, in: ins, out: outs };
    return publish(device, topicOf('wuhan', 'jiefang', door, 'door'), message);
  };
  await send('jf-door-side', 1, [0, 0]);
  await send('jf-door-main', 1, [0, 0]);
  await send('jf-door-main', 2, [118, 88]);
}

/** Mondays on which by 10:30 a hundred people have come: 12.5 a quarter since 08:30; and today, with a gap. */
async function writeHistory({ app }: TestServer): Promise<void> {
  const past = mondays.flatMap((date, n) =>
    slotPoints('jiefang', { from: at(`${date} 08:30`), to: at(`${date} 18:00`) }, (start) => ({
      entered: (start / 900_000) % 2 === 0 ? 12 : 13,
      occupancy: 20 + 2 * n,
    })),
  );
  const minutes = (from: string, to: string) => {
    const span = { from: at(`2026-11-23 ${from}`), to: at(`2026-11-23 ${to}`), measurement: 'hall_minute' as const };
    return slotPoints('jiefang', span, () => ({ entered: 1, occupancy: 25 }));
  };
  await app.history.store.write([...past, ...minutes('08:30', '09:00'), ...minutes('09:40', '10:29')]);
}

afterAll(closeBrowser);

describeWith(['chromium'], 'the usual on the wall', () => {
  it('lies as a band under the curve of today, and today is compared with it', async () => {
    const server = await onMonday();
    await writeHistory(server);
    await enter(server);
    const { page, complaints, value } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('此刻同期 21–29 人（近 6 个周一）').waitFor();
    await eventually(async () => (await value('较同期')) === '+18%');
    await eventually(async () => (await page.evaluate<number>(curve)) > 200);
    await eventually(async () => (await page.evaluate<number>(usual)) > 2_000);
    expect(await page.getByText('今日在厅人数曲线：最多 30 人').count()).toBe(1);
    expect(await page.locator('.curve .unknown').count()).toBe(1);
    expect(await seriousFaults(page)).toEqual([]);

    await page.evaluate("document.querySelector('.curve canvas').dataset.mark = 'first'");
    const width = await page.evaluate<number>(canvasWidth);
    await page.setViewportSize({ width: 1440, height: 900 });
    await eventually(async () => (await page.evaluate<number>(canvasWidth)) < width - 50);
    expect(complaints).toEqual([]);
    // It is drawn anew in the other language, not built anew.
    await page.getByRole('button', { name: /English/ }).click();
    await page.getByText('Usual now 21–29 (last 6 Mondays)').waitFor();
    expect(await page.locator('canvas[data-mark=first]').count()).toBe(1);
  });

  it('fits a phone, in both languages', async () => {
    const server = await onMonday();
    await writeHistory(server);
    for (const [lang, text] of [
      ['zh-CN', /近 6 个周一/],
      ['en', /last 6 Mondays/],
    ] as const) {
      const { page, complaints } = await openScreen(`${server.url}/wall/jiefang`, { width: 390, height: 844, lang });
      await page.getByText(text).waitFor();
      await eventually(async () => (await page.evaluate<number>(usual)) > 500);
      expect(await page.evaluate<number>(overflowX), lang).toBeLessThanOrEqual(0);
      expect(await seriousFaults(page), lang).toEqual([]);
      expect(complaints).toEqual([]);
    }
  });

  it('says that there is no history yet, draws today all the same and compares with nothing', async () => {
    const server = await onMonday();
    await enter(server);
    const { page, value } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('暂无历史同期：需 3 个周一，现有 0 个').waitFor();
    await eventually(async () => (await page.evaluate<number>(curve)) > 50);
    expect(await page.evaluate<number>(usual)).toBeLessThan(50);
    expect(await value('较同期')).toContain('—');
    expect(await value('今日进厅')).toBe('118');
  });

  it('P2: with history away the wall is live and says so beside the curve alone', async () => {
    const server = await onMonday({ HALLWATCH_INFLUX_URL: `http://127.0.0.1:${await freePort()}/hallwatch` });
    await enter(server);
    const { page } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('历史数据暂时读不到').waitFor();
    await page.getByText('实时', { exact: true }).waitFor();
    await eventually(async () => (await page.evaluate<number>(curve)) > 50);
  });
});
