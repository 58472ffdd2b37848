// The regional team's page in a real browser: findings, live halls, the heat map, and history away.
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import type { Screen } from '../support/browser.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { HallWeeks } from '../support/region-days.ts';
import { hallWeeks } from '../support/region-days.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const now = at('2026-11-23 10:30');
const overflowX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const focused = "document.activeElement?.id ?? ''";

function onMonday(env: Record<string, string> = {}) {
  return startServer({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${now}@${Date.now()}x1`, ...env });
}

/**
 * Eight weeks. jiefang: Mondays from 10:00 to 11:00 are crowded, and then calls come late; a Wednesday afternoon was odd, and two
 * days are missing. guanggu is quiet. Of qingshan nothing is known.
 */
async function writeHistory({ app }: TestServer): Promise<void> {
  const weeks = { from: '2026-09-28', to: '2026-11-23', open: { first: 34, end: 72 } };
  const busy: HallWeeks = {
    ...weeks,
    hall: 'jiefang',
    tell: (date, weekday) => {
      if (date === '2026-11-10' || date === '2026-11-11') return null;
      return (quarter) => {
        if (date === '2026-11-18' && quarter >= 56 && quarter < 60) return { entered: 60, called: 4, waitS: 60 };
        const isPeak = weekday === 0 && quarter >= 40 && quarter < 44;
        return { entered: isPeak ? 40 : 10, called: isPeak ? 20 : 4, waitS: isPeak ? 1_200 : 60 };
      };
    },
  };
  const quiet: HallWeeks = {
    ...weeks,
    hall: 'guanggu',
    tell: () => () => ({ entered: 6, called: 3, waitS: 120 }),
  };
  const points = [...hallWeeks(busy), ...hallWeeks(quiet)];
  for (let i = 0; i < points.length; i += 5_000) await app.history.store.write(points.slice(i, i + 5_000));
}

/** So many people entered a hall by now, in one of its doors. */
async function enter(server: TestServer, doors: string[], people: number, seq = 2): Promise<void> {
  const device = await publisher(server.mqttUrl);
  const hall = doors[0]?.startsWith('jf') ? 'jiefang' : 'guanggu';
  const send = (door: string, n: number, ins: number) =>
    publish(device, topicOf('wuhan', hall, door, 'door'), { ts: now + n, boot: 1, seq: n, in: ins, out: 0 });
  if (seq === 2) for (const door of doors) await send(door, 1, 0);
  await send(doors[0] ?? '', seq, people);
}

const opened = (server: TestServer, more: Parameters<typeof openScreen>[1] = {}, path = 'wuhan') =>
  openScreen(`${server.url}/region/${path}`, { width: 1440, height: 900, ...more });

/** Names of the table's halls, from the top. */
const halls = (page: Page) => page.locator('tbody tr th button[id^=hall-]').allInnerTexts();
const cellsOf = (page: Page, hall: string) => page.locator('tr', { has: page.locator(`#hall-${hall}`) }).locator('td');
const cellText = async ({ page }: Screen, hall: string, n: number) =>
  (await cellsOf(page, hall).nth(n).innerText()).trim();

afterAll(closeBrowser);

describeWith(['chromium'], 'the regional page', () => {
  it('says in words what stands out, and leads from each finding to what it rests on', async () => {
    const server = await onMonday();
    await writeHistory(server);
    await enter(server, ['jf-door-main', 'jf-door-side'], 300);
    const screen = await opened(server);
    const { page, complaints } = screen;
    await page.getByRole('heading', { name: /周一 10:00.–.11:00 是全区高峰/ }).waitFor();
    await page.getByRole('heading', { name: '1 个厅未达到 95%' }).waitFor();
    await page.getByText('等候达标率：解放路营业厅').waitFor();
    await page.getByRole('heading', { name: '1 次异常高峰' }).waitFor();
    await page
      .getByText(/11月18日 周三 14:00.–.15:00/)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: '2 个厅的历史不全' }).waitFor();
    await page.getByText('没有历史：青山营业厅；缺营业日：解放路营业厅 2 天').waitFor();
    // Six quarters of ten, then two of forty, by 10:30; and more as the test goes on.
    await page.getByText(/解放路营业厅 \+1[01]\d%（300 人，同期 1[45]\d 人）/).waitFor();
    expect(await page.title()).toContain('武汉分公司');
    expect(await page.getByText('演示数据').count()).toBe(1);

    const see = (what: RegExp) => page.getByRole('button', { name: new RegExp(`查看依据.*${what.source}`) }).click();
    await see(/全区高峰/);
    expect(await page.evaluate(focused)).toBe('cell-mon-20');
    expect(await page.locator('td.marked').count()).toBe(2);
    await see(/未达到/);
    expect(await page.evaluate(focused)).toBe('hall-jiefang');
    expect(await page.locator('th[aria-sort]').innerText()).toContain('达标率');
    await see(/异常高峰/);
    expect(await page.evaluate(focused)).toBe('peaks-unusual');
    expect(complaints).toEqual([]);
  });

  it('is live: today’s people beside their usual, sorted by any heading, with a link to each wall', async () => {
    const server = await onMonday();
    await writeHistory(server);
    await enter(server, ['gg-door'], 48);
    const screen = await opened(server, { lang: 'en' });
    const { page } = screen;
    await page.getByText('Live', { exact: true }).waitFor();
    // The usual grows as the test goes on.
    await eventually(async () => /^[−+]?[01]%$/.test(await cellText(screen, 'guanggu', 1)));
    expect(await cellText(screen, 'guanggu', 0)).toBe('48');
    await enter(server, ['gg-door'], 61, 3);
    await eventually(async () => (await cellText(screen, 'guanggu', 0)) === '61');
    // The period's numbers: 28 days of 38 quarters, six people each.
    expect(await cellText(screen, 'guanggu', 5)).toBe('6,384');
    expect([await cellText(screen, 'guanggu', 6), await cellText(screen, 'guanggu', 7)]).toEqual([
      expect.stringContaining('100.0%'),
      '2.0',
    ]);

    const heading = page.getByRole('columnheader', { name: 'Hall', exact: true });
    expect(await page.locator('th[aria-sort=descending]').innerText()).toContain('Entered');
    await heading.getByRole('button').click();
    expect(await halls(page)).toEqual(['Region', 'Jiefang Road Hall', 'Optics Valley Hall', 'Qingshan Hall']);
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    expect(await halls(page)).toEqual(['Region', 'Qingshan Hall', 'Optics Valley Hall', 'Jiefang Road Hall']);
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect(await page.getByRole('link', { name: 'Wall of Qingshan Hall' }).getAttribute('href')).toBe('/wall/qingshan');
  });

  it('shows one hall’s times, another measure and other dates, which the address keeps', async () => {
    const server = await onMonday();
    await writeHistory(server);
    const { page } = await opened(server);
    await page.locator('#cell-mon-20 .n', { hasText: '92' }).waitFor();
    await page.locator('#hall-jiefang').click();
    await page.getByRole('heading', { name: '解放路营业厅 · 进厅人数' }).waitFor();
    await page.getByRole('combobox', { name: '指标' }).selectOption('waitMeanS');
    await page.getByRole('heading', { name: '解放路营业厅 · 平均等候' }).waitFor();
    await page.locator('#cell-mon-20').focus();
    await page.getByText('周一 10:00–10:30：中位数 20.0 分钟，P10 至 P90 为 20.0–20.0，4/4 天有数据').waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(focused)).toBe('cell-tue-20');
    await page.getByText('周二 10:00–10:30：中位数 1.0 分钟').waitFor();

    await page.getByLabel('从').fill('2026-11-16');
    await page.getByText('中位数 · 7 天').waitFor();
    await page.getByLabel('到').fill('2026-11-23');
    await page.getByRole('alert').getByText('最晚可选 11月22日').waitFor();
    expect(page.url()).toContain('hall=jiefang&measure=waitMeanS&from=2026-11-16&to=2026-11-22');
    await page.reload();
    await page.getByRole('heading', { name: '解放路营业厅 · 平均等候' }).waitFor();
    expect(await page.getByLabel('从').inputValue()).toBe('2026-11-16');
    // A real table, for whoever can't see colours.
    await page.getByText('数字表').click();
    expect(await page.locator('details tr', { hasText: '10:00' }).locator('td').first().innerText()).toBe('20.0');
    await page.locator('#hall-').click();
    await page.getByRole('heading', { name: '全区 · 平均等候' }).waitFor();
  });

  it('fits a desk, a large screen and a phone, axe-clean in both languages', async () => {
    const server = await onMonday();
    await writeHistory(server);
    for (const [width, height] of [
      [1440, 900],
      [1920, 1080],
      [390, 844],
    ] as const) {
      for (const lang of ['zh-CN', 'en']) {
        const { page, complaints } = await opened(server, { width, height, lang });
        await page.locator('td[role=gridcell].known').first().waitFor();
        await page.locator('#hall-qingshan').waitFor();
        expect(await seriousFaults(page), `${width} ${lang}`).toEqual([]);
        expect(await page.evaluate<number>(overflowX), `${width} ${lang}`).toBeLessThanOrEqual(0);
        expect(complaints).toEqual([]);
      }
    }
  });

  it('with history away goes on with today and says so; without history it says what will fill it', async () => {
    const away = await onMonday({ HALLWATCH_INFLUX_URL: `http://127.0.0.1:${await freePort()}/hallwatch` });
    await enter(away, ['gg-door'], 7);
    const screen = await opened(away);
    await screen.page.getByText('历史数据暂时读不到，正在重试').waitFor();
    await screen.page.getByText('实时', { exact: true }).waitFor();
    await eventually(async () => (await cellText(screen, 'guanggu', 0)) === '7');
    expect(await screen.page.getByText('没有历史数据').count()).toBe(0);
    expect(await seriousFaults(screen.page)).toEqual([]);

    const empty = await opened(await onMonday(), { lang: 'en' });
    await empty.page.getByText('There is no history of this period').first().waitFor();
    await empty.page.getByText(/Each half hour is written to history once it is over/).waitFor();
    expect(await empty.page.locator('td.unknown').count()).toBeGreaterThan(100);
    expect(await empty.page.locator('td.known').count()).toBe(0);
    expect(await seriousFaults(empty.page)).toEqual([]);
  });

  it('P2: says that the connection is cut, keeps what it showed, and comes back alone', async () => {
    const env = { HALLWATCH_HTTP: `127.0.0.1:${await freePort()}` };
    const server = await onMonday(env);
    await writeHistory(server);
    await enter(server, ['gg-door'], 48);
    const screen = await opened(server);
    await eventually(async () => (await cellText(screen, 'guanggu', 0)) === '48');
    await screen.page.locator('td[role=gridcell].known').first().waitFor();
    await server.close();
    await screen.page.getByText('连接中断', { exact: true }).waitFor();
    await screen.page.getByText(/画面停在/).waitFor();
    expect(await cellText(screen, 'guanggu', 0)).toBe('48');
    expect(await screen.page.locator('td.old').count()).toBeGreaterThan(10);
    expect(await seriousFaults(screen.page)).toEqual([]);
    await onMonday(env);
    await screen.page.getByText('实时', { exact: true }).waitFor({ timeout: 30_000 });
  });

  it('of a region that nobody knows says what to do and lists the others', async () => {
    const server = await onMonday();
    const { page } = await opened(server, { lang: 'en' }, 'nowhere');
    await page.getByRole('heading', { name: 'There is no region nowhere' }).waitFor();
    expect(await page.getByRole('link', { name: /Wuhan Branch/ }).getAttribute('href')).toBe('/region/wuhan');
    expect(await seriousFaults(page)).toEqual([]);
  });
});
