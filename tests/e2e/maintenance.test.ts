// The maintenance page and the wall's to-do column, in a real browser: a machine breaks, and people deal with it.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Alert } from '../../server/contracts/alerts.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/needs.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const kiosk = topicOf('wuhan', 'jiefang', 'jf-pay-2', 'terminal');
const printer = topicOf('wuhan', 'jiefang', 'jf-statement', 'terminal');
const said = (seq: number, state: string, parts: Record<string, string>) => ({
  ts: Date.now(),
  boot: 1,
  seq,
  state,
  parts,
  busy: false,
});
const broken = (seq: number) => said(seq, 'out-of-service', { cashUnit: 'full' });
const well = (seq: number) => said(seq, 'in-service', { cashUnit: 'ok' });
/** What the field of each form is called. */
const fields: Record<string, string> = {
  Assign: 'Who looks after it',
  Note: 'Note',
  Resolve: 'Cause, and what was done',
};
const overflowX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

afterAll(closeBrowser);

describeWith(['chromium'], 'the maintenance page', () => {
  it('says that nothing is broken, then what is, live, axe-clean in both languages and sizes', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    const first = await openScreen(`${server.url}/maintenance`);
    await first.page.getByText('没有未处理的故障').waitFor();
    expect(await seriousFaults(first.page)).toEqual([]);
    await publish(device, kiosk, broken(1));
    await publish(device, printer, said(1, 'out-of-service', { paper: 'jammed' }));
    await first.page.getByText('终端故障：钞箱满').waitFor();
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      for (const lang of ['zh-CN', 'en']) {
        const { page, complaints } = await openScreen(`${server.url}/maintenance`, { width, height, lang });
        await page.locator('li[data-tone]').nth(1).waitFor();
        await page.locator('.head').first().click();
        await page.locator('ol li').first().waitFor();
        await page.getByRole('button', { name: lang === 'en' ? 'Note' : '备注' }).click();
        await page.getByRole('textbox').waitFor();
        expect(await seriousFaults(page), `${width} ${lang}`).toEqual([]);
        expect(await page.evaluate<number>(overflowX), `${width} ${lang}`).toBeLessThanOrEqual(0);
        expect(complaints).toEqual([]);
      }
    }
  });

  it('is worked by keyboard: acknowledged, assigned, noted, resolved, and another page sees it', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    await publish(device, kiosk, broken(1));
    const { page } = await openScreen(`${server.url}/maintenance`, { lang: 'en' });
    const wall = await openScreen(`${server.url}/wall/jiefang`, { lang: 'en' });
    await wall.page.getByText('Out of order: cash unit full').waitFor();
    const head = page.locator('.head');
    await head.focus();
    await page.keyboard.press('Enter');
    await page.locator('.more').waitFor();
    await page.getByRole('button', { name: /^Acknowledge/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('seen by loopback').waitFor();
    await wall.page.getByText('seen to').waitFor();
    const write = async (button: string, words: string) => {
      await page.getByRole('button', { name: button, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: fields[button] }).waitFor();
      await page.keyboard.type(words);
    };
    const answer = Promise.withResolvers<void>();
    await page.route('**/assign', async (route) => {
      const response = await route.fetch();
      await answer.promise;
      await route.fulfill({ response });
    });
    await write('Assign', 'Li Lei');
    await page.keyboard.press('Enter');
    await page.getByText('assigned to Li Lei').waitFor();
    // The answer comes when they are about the next thing already: that keeps its words, and is sent.
    await write('Note', 'key is at ');
    answer.resolve();
    await page.getByRole('status').getByText('Assigned').waitFor();
    await page.keyboard.type('the desk');
    expect(await page.getByRole('textbox').inputValue()).toBe('key is at the desk');
    await page.keyboard.press('Enter');
    await page.locator('ol').getByText('key is at the desk').waitFor();
    // Escape leaves a form, and the focus goes back to where it came from.
    await page.getByRole('button', { name: 'Resolve', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox').press('Escape');
    expect(await page.evaluate<string>('document.activeElement?.textContent?.trim()')).toBe('Resolve');
    await write('Resolve', 'emptied');
    await page.keyboard.press('Enter');
    await page.getByText('Just recovered').waitFor();
    await page.getByText(/resolved .* by loopback: emptied/).waitFor();
    await wall.page.getByText('Nothing to do').waitFor();
    const { body } = await server.get('/api/alerts?state=resolved');
    expect(body as Alert[]).toMatchObject([
      { rule: 'terminal-fault', state: 'resolved', cause: 'emptied', assignedTo: 'Li Lei' },
    ]);
  });

  it('silences a machine for a while and ends that, shows what recovers by itself, and says when the feed is cut', async () => {
    const folder = await tempFolder();
    await cp('config', folder, { recursive: true });
    const standards = await readFile(join(folder, 'standards.yaml'), 'utf8');
    // Nobody is to wait half a minute to see that it is over.
    const impatient = standards.replace('hallTypes:', '  alerts: { terminal-fault: { clearAfterS: 1 } }\nhallTypes:');
    expect(impatient).not.toBe(standards);
    await writeFile(join(folder, 'standards.yaml'), impatient);
    const server = await startServer({ HALLWATCH_CONFIG: folder });
    const device = await publisher(server.mqttUrl);
    await publish(device, kiosk, broken(1));
    const { page } = await openScreen(`${server.url}/maintenance`, { lang: 'en' });
    await page.locator('.head').click();
    await page.getByRole('button', { name: 'Maintenance window' }).click();
    await page.getByRole('textbox').fill('new cash unit');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Silenced', { exact: true }).waitFor();
    await page.getByText('new cash unit').first().waitFor();
    await page.getByRole('button', { name: /^End/ }).click();
    await eventually(async () => expect((await server.get('/api/silences')).body).toEqual([]));
    await page.getByText('Silenced', { exact: true }).waitFor({ state: 'detached' });
    await publish(device, kiosk, well(2));
    await page.getByText('Just recovered').waitFor({ timeout: 120_000 });
    await server.close();
    await page.getByRole('status').getByText('No connection').waitFor({ timeout: 10_000 });
  });
});
