// The wall's to-do column in a real browser, with more to do than it has room for.
import { afterAll, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/needs.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const terminals = ['pay-1', 'pay-2', 'pay-3', 'pay-4', 'statement', 'sim', 'query', 'try'];
const broken = () => ({
  ts: Date.now(),
  boot: 1,
  seq: 1,
  state: 'out-of-service',
  parts: { paper: 'jammed', cutter: 'inoperable', scanner: 'inoperable', cabinetDoor: 'open' },
  busy: false,
});

// Run in the page, so they are text here: this program has no DOM.
const overflow =
  '[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]';
const items = `(() => {
  const list = document.querySelector('.todo ol');
  const all = [...list.children].map((item) => ({
    isShown: getComputedStyle(item).visibility === 'visible',
    isWhole: item.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom + 1
      && item.getBoundingClientRect().right <= list.getBoundingClientRect().right + 1,
  }));
  const more = Number(document.querySelector('.todo').textContent.match(/(\\d+) more/)?.[1] ?? 0);
  return { shown: all.filter((one) => one.isShown).length, cut: all.filter((one) => one.isShown && !one.isWhole).length, more };
})()`;

afterAll(closeBrowser);

describeWith(['chromium'], 'the to-do column', () => {
  it('shows whole alerts only, counts all others, and never makes the wall higher than its screen', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    for (const id of terminals) await publish(device, topicOf('wuhan', 'jiefang', `jf-${id}`, 'terminal'), broken());
    await eventually(async () => expect((await server.hall('jiefang')).alertsOpen).toBeGreaterThanOrEqual(8));
    for (const [width, height] of [
      [1920, 1080],
      [1366, 768],
      [3840, 2160],
    ] as const) {
      const { page, complaints } = await openScreen(`${server.url}/wall/jiefang`, { width, height, lang: 'en' });
      await page.getByText(/\d+ more/).waitFor();
      await eventually(async () => {
        const seen = await page.evaluate<{ shown: number; cut: number; more: number }>(items);
        expect(seen.cut).toBe(0);
        expect(seen.shown).toBeGreaterThan(2);
        expect(seen.shown + seen.more).toBe((await server.hall('jiefang')).alertsOpen);
        expect(await page.evaluate<number[]>(overflow)).toEqual([0, 0]);
        return true;
      });
      expect(await seriousFaults(page), `${width}`).toEqual([]);
      expect(complaints).toEqual([]);
    }
    // A phone scrolls: all that the picture has are there.
    const phone = await openScreen(`${server.url}/wall/jiefang`, { width: 390, height: 844, lang: 'en' });
    await phone.page.locator('.todo li').nth(7).waitFor();
    const [sideways] = await phone.page.evaluate<number[]>(overflow);
    expect(sideways).toBe(0);
  });

  it('is read where one looks for it, and never read out by itself', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    await publish(device, topicOf('wuhan', 'jiefang', 'jf-pay-2', 'terminal'), broken());
    const { page } = await openScreen(`${server.url}/wall/jiefang`, { lang: 'en' });
    const region = page.getByRole('region', { name: 'To do' });
    await region.getByRole('listitem').filter({ hasText: 'Payment 2' }).waitFor();
    expect(await region.locator('[aria-live], [role="status"], [role="alert"], [role="log"]').count()).toBe(0);
    expect(await region.locator('xpath=ancestor::*[@aria-live]').count()).toBe(0);
  });
});
