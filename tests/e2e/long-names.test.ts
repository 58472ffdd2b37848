// Names of 40 letters without a blank, Latin and Chinese, on every page: nothing widens it, nothing is pushed out of sight.
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { closeBrowser, openScreen } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { idOf } from '../support/large-hall.ts';
import { longHall, longNamedConfig, longRegion } from '../support/long-names.ts';
import { describeWith } from '../support/needs.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const id = (name: string, i = 1) => idOf(name, i, true);

const sizes = [
  [1920, 1080],
  [1366, 768],
  [390, 844],
] as const;

/** Tickets that wait, at desks and terminals, a fault and rubbish: all that shows a name. */
async function fill(server: TestServer): Promise<void> {
  const device = await publisher(server.mqttUrl);
  const send = (name: string, channel: 'door' | 'queue' | 'terminal', message: object) =>
    publish(device, topicOf(longRegion, longHall, name, channel), { ts: Date.now(), boot: 1, ...message });
  for (const i of [0, 1]) await send(id('door', i), 'door', { seq: 1, in: 0, out: 0 });
  let seq = 0;
  const ticket = (event: string, number: string, more: object) =>
    send(id('queue'), 'queue', { seq: ++seq, event, ticket: number, ...more });
  for (let i = 0; i < 9; i++) await ticket('issued', `W${'M'.repeat(30)}${i}`, { service: id('service', i % 3) });
  for (let i = 0; i < 3; i++) {
    const at = { service: id('service', i), desk: id('desk', i) };
    await ticket('called', `W${'M'.repeat(30)}${i}`, at);
    await ticket('started', `W${'M'.repeat(30)}${i}`, at);
  }
  const reason = 'Wartungsarbeitenohneendeundohneleerzeichen';
  await send(id('queue'), 'queue', { seq: ++seq, event: 'desk-paused', desk: id('desk', 4), reason });
  const parts = { [id('Part')]: 'Q'.repeat(40), paper: 'jammed' };
  for (const i of [0, 1, 2])
    await send(id('kiosk', i), 'terminal', { seq: 1, state: i === 2 ? 'in-service' : 'out-of-service', parts });
  await publish(device, topicOf(longRegion, longHall, id('kiosk', 9), 'terminal'), { boot: 1 });
  await publish(device, topicOf(longRegion, longHall, id('kiosk', 1), 'terminal'), {
    boot: 1,
    seq: 9,
    state: 'M'.repeat(90),
  });
}

// Run in the page, so they are text here: this program has no DOM.
const widening = `(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const isScrolled = (node) => node.parentElement && (/auto|scroll|hidden|clip/.test(getComputedStyle(node.parentElement).overflowX) || isScrolled(node.parentElement));
  const out = [...document.querySelectorAll('body *')]
    .filter((node) => node.getClientRects().length && !node.closest('.sr-only') && node.getBoundingClientRect().right > innerWidth + 1 && !isScrolled(node))
    .map((node) => node.tagName + '.' + node.className + ' ' + node.textContent.trim().slice(0, 30));
  return { wide, out: out.slice(0, 5) };
})()`;
/** Names that are drawn over each other: a cell's text reaches into the next one. */
const spilling = `[...document.querySelectorAll('h1, h2, h3, th, td, li, dd, dt, p')]
  .filter((node) => node.getClientRects().length && !node.closest('.sr-only') && getComputedStyle(node).overflowX === 'visible')
  .filter((node) => node.scrollWidth > node.clientWidth + 2 && node.clientWidth > 0 && getComputedStyle(node).display !== 'inline')
  .filter((node) => ![...node.querySelectorAll('*')].some((one) => getComputedStyle(one).overflowX !== 'visible'))
  // Full hours stand over the half hours beside them, on purpose.
  .filter((node) => !/^\\d\\d:00$/.test(node.textContent.trim()))
  .map((node) => node.tagName + '.' + node.className + ' ' + node.scrollWidth + '>' + node.clientWidth + ' ' + node.textContent.trim().slice(0, 40))
  .slice(0, 6)`;

/** What widens the page, and what runs over its place. */
async function faultsOf(page: Page): Promise<string[]> {
  const { wide, out } = await page.evaluate<{ wide: number; out: string[] }>(widening);
  return [
    ...(wide > 0 ? [`${wide} px wider than the screen`] : []),
    ...out,
    ...(await page.evaluate<string[]>(spilling)),
  ];
}

afterAll(closeBrowser);

describeWith(['chromium'], 'names of 40 unbroken letters', () => {
  it('widen no page', { timeout: 120_000 }, async () => {
    const server = await startServer({ HALLWATCH_CONFIG: await longNamedConfig() });
    await fill(server);
    await eventually(async () => ((await server.hall(longHall)).alertsOpen ?? 0) >= 3);
    const pages = {
      wall: { path: `/wall/${longHall}`, ready: 'section' },
      region: { path: `/region/${longRegion}`, ready: 'tbody tr' },
      maintenance: { path: '/maintenance', ready: 'main ul li' },
      quarantine: { path: '/quarantine', ready: 'tbody tr' },
      'unknown hall': { path: `/wall/${'x'.repeat(40)}`, ready: 'li a' },
      'unknown region': { path: `/region/${'x'.repeat(40)}`, ready: 'li a' },
    };
    const faults: string[] = [];
    for (const [name, { path, ready }] of Object.entries(pages)) {
      for (const lang of ['zh-CN', 'en']) {
        const { page, complaints } = await openScreen(`${server.url}${path}`, { lang });
        await page.locator(ready).first().waitFor();
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height });
          // Two frames: what is measured and made to fit has been drawn.
          await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
          if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}-${lang}.png` });
          faults.push(...(await faultsOf(page)).map((fault) => `${name} ${width} ${lang}: ${fault}`));
        }
        expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
        await page.context().close();
      }
    }
    expect(faults).toEqual([]);
  });
});
