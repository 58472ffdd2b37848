// The page of what could not be read, in a real browser.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');
const fresh = topicOf('wuhan', 'jiefang', 'jf-door-new', 'door');
const total = (seq: number, ins: number) => ({ ts: Date.now(), boot: 1, seq, in: ins, out: 0 });

const overflowX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const focused = 'document.activeElement?.textContent?.trim()';

/** One of nearly every sort, among them those that mean harm. */
async function sendRubbish(device: MqttClient): Promise<void> {
  await publish(device, fresh, total(1, 1));
  await publish(device, door, '{"half":');
  await publish(device, door, Buffer.alloc(70_000, 'x'));
  await publish(device, `${door}s`, total(1, 1));
  await publish(device, 'hallwatch/v1/<script>alert(1)</script>/"\u{202e}evil🚪', '<img src=x onerror=alert(1)>');
  await publish(device, `hallwatch/v1/${'long-'.repeat(2_000)}`, Buffer.from([0, 255, 65]));
  await publish(device, topicOf('wuhan', 'b'.repeat(40), 'a'.repeat(40), 'door'), total(1, 1));
  await publish(device, topicOf('wuhan', 'jiefang', 'jf-queue', 'queue'), { event: 'exploded' });
  await publish(device, topicOf('wuhan', 'jiefang', 'jf-queue', 'door'), total(1, 1));
}

afterAll(closeBrowser);

describeWith(['chromium'], 'the quarantine page', () => {
  it('says that all is well, then what isn’t, axe-clean in both languages and sizes, whatever was sent', async () => {
    const server = await startServer();
    const first = await openScreen(`${server.url}/quarantine`);
    await first.page.getByText('没有被隔离的消息').waitFor();
    expect(await seriousFaults(first.page)).toEqual([]);
    await sendRubbish(await publisher(server.mqttUrl));
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      for (const lang of ['zh-CN', 'en']) {
        const { page, complaints } = await openScreen(`${server.url}/quarantine`, { width, height, lang });
        await page.locator('tbody tr').nth(8).waitFor();
        await page.getByRole('button', { expanded: false }).nth(4).click();
        await page.getByText('onerror=alert(1)').waitFor();
        expect(await page.getByText('\\u{202e}evil').count()).toBeGreaterThan(0);
        expect(await seriousFaults(page), `${width} ${lang}`).toEqual([]);
        expect(await page.evaluate<number>(overflowX), `${width} ${lang}`).toBeLessThanOrEqual(0);
        expect(complaints).toEqual([]);
      }
    }
  });

  it('tries an entry again by keyboard, says what came of it, and keeps focus and the open row', async () => {
    const folder = await tempFolder();
    await cp('config', folder, { recursive: true });
    const server = await startServer({ HALLWATCH_CONFIG: folder });
    const device = await publisher(server.mqttUrl);
    await publish(device, fresh, total(1, 1));
    const { page } = await openScreen(`${server.url}/quarantine`, { lang: 'en' });
    const more = page.getByRole('button', { name: /details of/ });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.locator('pre').waitFor();
    // Read again by itself meanwhile: the row stays open, the focus where it was.
    await publish(device, fresh, total(2, 6));
    await page.locator('pre', { hasText: '"in":6' }).waitFor({ timeout: 20_000 });
    expect(await page.evaluate<string>(focused)).toContain('details of');

    const retry = page.getByRole('button', { name: /^Try again/ });
    await retry.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText("Tried 2: still can't be read").waitFor({ state: 'attached' });
    const file = join(folder, 'halls', 'jiefang.yaml');
    const added = 'doors:\n  - { id: jf-door-new, zone: waiting, name: { zh-CN: 新门, en: New door } }\n';
    await writeFile(file, (await readFile(file, 'utf8')).replace('doors:\n', added));
    await eventually(async () => (await server.hall('jiefang')).devices.some(({ id }) => id === 'jf-door-new'));
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Read: 2').waitFor({ state: 'attached' });
    expect(await page.evaluate<string>(focused)).toContain('Done');
    expect(await page.locator('pre').count()).toBe(1);
    expect((await server.hall('jiefang')).occupancy.enteredToday).toBe(5);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Nothing is in quarantine').waitFor();
  });

  it('filters, says why an entry can’t be tried, and links its hall', async () => {
    const server = await startServer();
    await sendRubbish(await publisher(server.mqttUrl));
    const { page } = await openScreen(`${server.url}/quarantine`, { lang: 'en' });
    await page.getByRole('combobox', { name: /^Reason/ }).selectOption('too-large');
    await page.getByText('Over 64 KB: only its beginning is kept').waitFor();
    const retry = page.getByRole('button', { name: /^Try again/ });
    await eventually(async () => (await retry.count()) === 1);
    expect(await retry.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('link', { name: 'Jiefang Road Hall' }).getAttribute('href')).toBe('/wall/jiefang');
    await page.getByRole('combobox', { name: /^Reason/ }).selectOption('failed');
    await page.getByText('Nothing matches the filter').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    const rows = page.locator('tbody tr');
    await eventually(async () => (await rows.count()) === 9);
    // What stays unreadable has no button, and says so.
    const stays = page.getByText('These stay unreadable: there is nothing to try');
    expect(await stays.count()).toBeGreaterThan(0);
    expect(await retry.count()).toBe(9 - (await stays.count()));
    await page.getByRole('combobox', { name: /^Hall/ }).selectOption('b'.repeat(40));
    await eventually(async () => (await rows.count()) === 1);
  });

  it('keeps what it showed when the server is away, says since when it is old, and comes back alone', async () => {
    const env = { HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`, HALLWATCH_DATA: await tempFolder() };
    const server = await startServer({ ...env, HALLWATCH_SIMULATED: '1' });
    await publish(await publisher(server.mqttUrl), fresh, total(1, 1));
    const { page } = await openScreen(`${server.url}/quarantine`);
    await page.getByText('jf-door-new').first().waitFor();
    await page.getByText('演示数据').waitFor();
    await server.close();
    await page.getByRole('button', { name: '刷新' }).click();
    await page.locator('b', { hasText: '连接中断' }).waitFor();
    await page.getByText(/画面停在 \d\d:\d\d:\d\d/).waitFor();
    expect(await page.getByText('jf-door-new').count()).toBeGreaterThan(0);
    expect(await seriousFaults(page)).toEqual([]);
    await startServer({ ...env, HALLWATCH_SIMULATED: '1' });
    await page.getByText(/\d\d:\d\d:\d\d 更新/).waitFor({ timeout: 20_000 });
    expect(await page.getByText('连接中断').count()).toBe(0);
    expect(await page.getByText('jf-door-new').count()).toBeGreaterThan(0);
  });
});
