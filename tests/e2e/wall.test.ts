// The wall in a real browser, fed by clients that we didn't write.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith, pathOf } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const topic = (device: string, channel: 'door' | 'queue' | 'status') => topicOf('wuhan', 'jiefang', device, channel);
const total = (seq: number, ins: number, outs: number) => ({ ts: Date.now(), boot: 1, seq, in: ins, out: outs });

// Run in the page, so they are text here: this program has no DOM.
const overflowX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const focused = "document.activeElement?.outerHTML ?? ''";
const focusRing = 'getComputedStyle(document.activeElement ?? document.body).outlineStyle';

afterAll(closeBrowser);

describeWith(['mosquitto', 'mosquitto_pub', 'chromium'], 'the wall', () => {
  it('shows a total that mosquitto_pub published, without an error, axe-clean in both languages and all sizes', async () => {
    const broker = await startMosquitto();
    const server = await startServer({ HALLWATCH_MQTT_URL: broker.url });
    const { page, complaints, value } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('实时', { exact: true }).waitFor();
    const send = (device: string, message: object) => {
      const args = [
        '-h',
        '127.0.0.1',
        '-p',
        String(broker.port),
        '-q',
        '1',
        '-t',
        topic(device, 'door'),
        '-m',
        JSON.stringify(message),
      ];
      return promisify(execFile)(pathOf('mosquitto_pub'), args, { timeout: 10_000 });
    };
    for (const device of ['jf-door-main', 'jf-door-side']) await send(device, total(1, 0, 0));
    await send('jf-door-main', total(2, 41, 12));
    await eventually(async () => (await value('今日进厅')) === '41' && (await value('今日离厅')) === '12');
    expect(await page.getByRole('meter').getAttribute('aria-valuenow')).toBe('29');
    expect(await page.title()).toContain('解放路营业厅');
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);

    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      for (const lang of ['zh-CN', 'en']) {
        const other = await openScreen(`${server.url}/wall/jiefang`, { width, height, lang });
        await other.page.getByText(lang === 'en' ? 'Live' : '实时', { exact: true }).waitFor();
        expect(await seriousFaults(other.page), `${width} ${lang}`).toEqual([]);
        const overflow = await other.page.evaluate<number>(overflowX);
        expect(overflow, `${width} ${lang}`).toBeLessThanOrEqual(0);
        expect(other.complaints).toEqual([]);
      }
    }
  });

  it('is worked by keyboard alone, and remembers the language', async () => {
    const server = await startServer();
    const { page } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('实时', { exact: true }).waitFor();
    const reachable = await page.locator('button:visible, a[href]:visible, select:visible, input:visible').count();
    expect(reachable).toBeGreaterThan(0);
    const seen = new Set<string>();
    for (let i = 0; i < reachable; i++) {
      await page.keyboard.press('Tab');
      seen.add(await page.evaluate<string>(focused));
      const ring = await page.evaluate<string>(focusRing);
      expect(ring).not.toBe('none');
    }
    expect(seen.size).toBe(reachable);
    await page.getByRole('button', { name: /English/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.goto(`${server.url}/wall/jiefang`);
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('P2: says within 6 s that the feed is cut, in both languages, and recovers alone', async () => {
    const port = await freePort();
    const data = await tempFolder();
    const env = { HALLWATCH_HTTP: `127.0.0.1:${port}`, HALLWATCH_DATA: data };
    const server = await startServer(env);
    const { page } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('实时', { exact: true }).waitFor();
    await server.close();
    await page.getByText('连接中断').first().waitFor({ timeout: 6_000 });
    expect(await page.getByText('实时', { exact: true }).count()).toBe(0);
    // The other language needs no server.
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('No connection').first().waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    const again = await startServer(env);
    await page.getByText('实时', { exact: true }).waitFor({ timeout: 20_000 });
    const device = await publisher(again.mqttUrl);
    await publish(device, topic('jf-door-main', 'door'), total(1, 0, 0));
    await publish(device, topic('jf-door-main', 'door'), total(2, 7, 0));
    await page.locator('dd', { hasText: /^7$/ }).waitFor();
  });

  it('P2: says within 6 s that the ingest is cut, in other words, and recovers alone', async () => {
    const broker = await startMosquitto();
    const server = await startServer({ HALLWATCH_MQTT_URL: broker.url });
    const { page } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('实时', { exact: true }).waitFor();
    await broker.kill();
    await page.getByText('数据未更新').first().waitFor({ timeout: 6_000 });
    expect(await page.getByText('连接中断').count()).toBe(0);
    await broker.start();
    await page.getByText('实时', { exact: true }).waitFor({ timeout: 20_000 });
  });

  it('shows a silent door as silent, an unknown hall as unknown, and the halls there are', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    const status = { ts: Date.now(), boot: 1, conn: 1, online: true, everyS: 0.5, lastSeq: 0, resend: false };
    await publish(device, topic('jf-door-side', 'status'), status);
    const { page } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('没有信号').first().waitFor();

    const lost = await openScreen(`${server.url}/wall/nowhere`);
    await lost.page.getByRole('link', { name: /解放路营业厅/ }).waitFor();
    expect(await seriousFaults(lost.page)).toEqual([]);
    await lost.page.getByRole('link', { name: /解放路营业厅/ }).click();
    await lost.page.getByText('实时', { exact: true }).waitFor();
  });

  it('G1: says quietly how much of the day is here, only while something is missing', async () => {
    const server = await startServer();
    const { page } = await openScreen(`${server.url}/wall/jiefang`);
    await page.getByText('实时', { exact: true }).waitFor();
    const device = await publisher(server.mqttUrl);
    // The time of the device says that the gap is long seen.
    const old = (seq: number) => ({ ...total(seq, seq, 0), ts: Date.now() - 30_000 });
    await publish(device, topic('jf-door-main', 'door'), old(1));
    await page.locator('dd', { hasText: /^0$/ }).first().waitFor();
    expect(await page.getByRole('note').count()).toBe(0);
    await publish(device, topic('jf-door-main', 'door'), old(8));
    await page.getByText('今日消息完整率 25.0%').waitFor();
    const phone = await openScreen(`${server.url}/wall/jiefang`, { width: 390, height: 844, lang: 'en' });
    const sign = phone.page.getByRole('note', { name: '25.0% of the messages that devices sent today are here' });
    await sign.waitFor();
    expect(await seriousFaults(phone.page)).toEqual([]);
    expect(await phone.page.evaluate<number>(overflowX)).toBeLessThanOrEqual(0);
    for (let seq = 2; seq <= 7; seq++) await publish(device, topic('jf-door-main', 'door'), old(seq));
    await sign.waitFor({ state: 'detached' });
  });
});
