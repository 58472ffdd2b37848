// What the config no longer has, as whoever stands before a screen sees it: halls, regions and devices that go, move and come back.
import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { GoneEvent } from '../../server/contracts/live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { closeBrowser, openScreen, seriousFaults } from '../support/browser.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/needs.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { connectLive, startServer } from '../support/server.ts';

/** A server on a config of its own, whose files can be edited. */
async function onOwnConfig(env: Record<string, string> = {}) {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const server = await startServer({ HALLWATCH_CONFIG: folder, ...env });
  const edit = async (file: string, from: string | RegExp, to: string) => {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    const changed = text.replace(from, to);
    expect(changed, `${file} has no ${from}`).not.toBe(text);
    await writeFile(path, changed);
  };
  const hall = (id: string) => join(folder, 'halls', `${id}.yaml`);
  return {
    server,
    edit,
    remove: (id: string) => rename(hall(id), `${hall(id)}.away`),
    restore: (id: string) => rename(`${hall(id)}.away`, hall(id)),
  };
}

const halls = async ({ get }: TestServer) => ((await get('/api/halls')).body as { id: string }[]).map(({ id }) => id);
const total = (seq: number, ins: number) => ({ ts: Date.now(), boot: 1, seq, in: ins, out: 0 });
const overflowX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

afterAll(closeBrowser);

describeWith(['chromium'], 'P5: a hall that the config no longer has', () => {
  it('is gone from its wall, its region, HTTP and open alerts, and back by itself', async () => {
    const { server, remove, restore } = await onOwnConfig();
    const device = await publisher(server.mqttUrl);
    await publish(device, topicOf('wuhan', 'jiefang', 'jf-door-main', 'door'), total(1, 0));
    await publish(device, topicOf('wuhan', 'jiefang', 'jf-door-main', 'door'), total(2, 41));
    const fault = { ts: Date.now(), boot: 1, seq: 1, state: 'out-of-service', parts: { paper: 'jammed' } };
    await publish(device, topicOf('wuhan', 'jiefang', 'jf-pay-1', 'terminal'), fault);
    const open = async () => {
      const alerts = (await server.get('/api/alerts')).body as { hall: string | null }[];
      return alerts.filter(({ hall }) => hall === 'jiefang').length;
    };
    await eventually(async () => (await open()) > 0);

    const wall = await openScreen(`${server.url}/wall/jiefang`);
    const region = await openScreen(`${server.url}/region/wuhan`, { width: 1440, height: 900 });
    await wall.page.getByText('实时', { exact: true }).waitFor();
    await wall.page.locator('dd', { hasText: /^41$/ }).waitFor();
    await region.page.locator('#hall-jiefang').waitFor();
    const watcher = connectLive(server.url);
    const told: GoneEvent[] = [];
    watcher.on('gone', (event) => told.push(event));
    expect(await watcher.emitWithAck('watch', { halls: ['jiefang', 'guanggu'] })).toMatchObject({ ok: true });

    await remove('jiefang');
    await wall.page.getByRole('heading', { name: '解放路营业厅 (jiefang)已从系统配置中移除' }).waitFor();
    expect(await wall.page.getByText('实时', { exact: true }).count()).toBe(0);
    expect(await wall.page.locator('time, dd').count()).toBe(0);
    expect(await wall.page.getByText('41').count()).toBe(0);
    // What else can be opened, without itself.
    await wall.page.getByRole('link', { name: /光谷/ }).waitFor();
    await eventually(async () => (await wall.page.getByRole('link', { name: /jiefang/ }).count()) === 0);
    expect(await seriousFaults(wall.page)).toEqual([]);
    await wall.page.getByRole('button', { name: 'English' }).click();
    await wall.page.getByText('Jiefang Road Hall (jiefang) was removed from the config').waitFor();
    await wall.page.getByText('this screen then goes on by itself').waitFor();
    await wall.page.getByRole('button', { name: '中文' }).click();
    await eventually(() => told[0]);
    expect(told).toEqual([
      { kind: 'hall', id: 'jiefang', code: 'unknown-hall', message: expect.any(String), fix: expect.any(String) },
    ]);
    await region.page.locator('#hall-jiefang').waitFor({ state: 'detached' });
    await region.page.locator('#hall-guanggu').waitFor();
    for (const path of ['', '/today', '/usual?date=2026-11-20'])
      expect(await server.get(`/api/halls/jiefang${path}`)).toMatchObject({
        status: 404,
        body: { code: 'unknown-hall' },
      });
    // Whoever comes later, or comes back, is refused with the same words.
    expect(await watcher.emitWithAck('watch', { halls: ['jiefang'] })).toMatchObject({
      ok: false,
      code: 'unknown-hall',
    });
    const later = await openScreen(`${server.url}/wall/jiefang`);
    await later.page.getByText('没有编号为 jiefang 的营业厅').waitFor();
    await eventually(async () => (await open()) === 0, { withinMs: 60_000, what: 'its alerts are resolved' });

    await restore('jiefang');
    for (const { page } of [wall, later]) {
      await page.getByText('实时', { exact: true }).waitFor({ timeout: 20_000 });
      await page.locator('dd', { hasText: /^41$/ }).waitFor();
    }
    await region.page.locator('#hall-jiefang').waitFor();
    await publish(device, topicOf('wuhan', 'jiefang', 'jf-door-main', 'door'), total(3, 43));
    for (const { page } of [wall, later]) await page.locator('dd', { hasText: /^43$/ }).waitFor();
    expect([...wall.complaints, ...region.complaints].filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('leaves a device’s tile with the device, and a region’s page with the region', async () => {
    const { server, edit, remove } = await onOwnConfig();
    const wall = await openScreen(`${server.url}/wall/qingshan`);
    await wall.page.getByText('缴费机 2').waitFor();
    await edit('halls/qingshan.yaml', / {2}- \{ id: qs-pay-2.*\n/, '');
    await wall.page.getByText('缴费机 2').waitFor({ state: 'detached' });
    await wall.page.getByText('实时', { exact: true }).waitFor();

    // A second region takes a hall over: gone from the one, there in the other.
    const added = '\n  - id: hubei\n    name: { zh-CN: 湖北分公司, en: Hubei Branch }\n\n# Customer';
    await edit('hallwatch.yaml', '\n# Customer', added);
    await eventually(async () => JSON.stringify((await server.get('/api/regions')).body).includes('hubei'));
    const [old, next] = await Promise.all(
      ['wuhan', 'hubei'].map((id) => openScreen(`${server.url}/region/${id}`, { width: 1440, height: 900 })),
    );
    if (!old || !next) throw new Error('no pages');
    await old.page.locator('#hall-qingshan').waitFor();
    await next.page.getByText('这个区域没有营业厅').waitFor();
    expect(await next.page.getByText('实时', { exact: true }).count()).toBe(1);
    await edit('halls/qingshan.yaml', 'region: wuhan', 'region: hubei');
    await old.page.locator('#hall-qingshan').waitFor({ state: 'detached' });
    await next.page.locator('#hall-qingshan').waitFor();
    // Its own wall goes on: a hall that moved isn't gone.
    expect(await wall.page.getByText('实时', { exact: true }).count()).toBe(1);

    await remove('qingshan');
    await next.page.getByText('这个区域没有营业厅').waitFor();
    await edit('hallwatch.yaml', added, '\n\n# Customer');
    await next.page.getByText('没有编号为 hubei 的区域').waitFor();
    expect(await next.page.getByText('实时', { exact: true }).count()).toBe(0);
    expect(await halls(server)).toEqual(['guanggu', 'jiefang']);
    await edit('hallwatch.yaml', '\n\n# Customer', added);
    await next.page.getByText('这个区域没有营业厅').waitFor({ timeout: 25_000 });
  });

  it('is gone too where it moves to a region that this server doesn’t own', async () => {
    const { server, edit } = await onOwnConfig({ HALLWATCH_REGIONS: 'wuhan' });
    const phone = await openScreen(`${server.url}/wall/qingshan`, { width: 390, height: 844, lang: 'en' });
    await phone.page.getByText('Live', { exact: true }).waitFor();
    await edit('hallwatch.yaml', '\n# Customer', '\n  - { id: hubei, name: { zh-CN: 湖北, en: Hubei } }\n\n# Customer');
    await edit('halls/qingshan.yaml', 'region: wuhan', 'region: hubei');
    await phone.page.getByText('Qingshan Hall (qingshan) was removed from the config').waitFor();
    expect(await phone.page.evaluate<number>(overflowX)).toBeLessThanOrEqual(0);
  });
});
